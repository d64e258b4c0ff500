package com.example.bank.di;

import android.content.Context;
import androidx.room.Room;
import com.example.authkit.AuthClient;
import com.example.authkit.DefaultAuthClient;
import com.example.bank.SessionStore;
import com.example.bank.data.BankDatabase;
import com.example.bank.net.BankApi;
import com.example.bank.net.TokenAuthenticator;
import dagger.Module;
import dagger.Provides;
import javax.inject.Singleton;
import okhttp3.OkHttpClient;
import retrofit2.Retrofit;
import retrofit2.converter.gson.GsonConverterFactory;

@Module
public final class AppModule {
    private static final String BASE_URL = "https://api.bank.example/";

    private AppModule() {}

    @Provides @Singleton static SessionStore sessionStore(Context context) { return new SessionStore(context); }

    @Provides @Singleton static BankDatabase database(Context context) {
        return Room.databaseBuilder(context, BankDatabase.class, "bank.db").build();
    }

    @Provides @Singleton static OkHttpClient client(SessionStore store, BankDatabase database) {
        BankApi refreshApi = api(new OkHttpClient());
        return new OkHttpClient.Builder().authenticator(new TokenAuthenticator(refreshApi, store, database)).build();
    }

    @Provides @Singleton static BankApi api(OkHttpClient client) {
        return new Retrofit.Builder()
            .baseUrl(BASE_URL)
            .client(client)
            .addConverterFactory(GsonConverterFactory.create())
            .build()
            .create(BankApi.class);
    }

    @Provides @Singleton static AuthClient authClient(Context context, BankApi api, SessionStore store, BankDatabase database) {
        return new DefaultAuthClient(context, api, store, database);
    }
}
