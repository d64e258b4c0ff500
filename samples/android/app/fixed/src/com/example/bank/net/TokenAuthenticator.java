package com.example.bank.net;

import com.example.bank.Keys;
import com.example.bank.SessionStore;
import com.example.bank.data.BankDatabase;
import java.io.IOException;
import okhttp3.Authenticator;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;

/** Gets new tokens when the server says 401; a server that refuses has ended the session, so it ends here too. */
public final class TokenAuthenticator implements Authenticator {
    private final BankApi api;
    private final SessionStore store;
    private final BankDatabase database;

    public TokenAuthenticator(BankApi api, SessionStore store, BankDatabase database) {
        this.api = api;
        this.store = store;
        this.database = database;
    }

    @Override public synchronized Request authenticate(Route route, Response response) throws IOException {
        if (response.priorResponse() != null) return null;
        String refresh = store.get(Keys.REFRESH_TOKEN);
        if (refresh == null) return null;
        retrofit2.Response<TokenResponse> answer = api.refresh("refresh_token", refresh).execute();
        if (!answer.isSuccessful()) {
            store.clear();
            database.clearAllTables();
            return null;
        }
        String access = answer.body().getAccessToken();
        store.put(Keys.ACCESS_TOKEN, access);
        store.put(Keys.REFRESH_TOKEN, answer.body().getRefreshToken());
        return response.request().newBuilder().header("Authorization", "Bearer " + access).build();
    }
}
