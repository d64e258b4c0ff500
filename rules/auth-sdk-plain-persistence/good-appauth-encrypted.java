package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import net.openid.appauth.AuthState;
import net.openid.appauth.AuthorizationException;
import net.openid.appauth.AuthorizationResponse;
import net.openid.appauth.AuthorizationService;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.JSONException;

/** AppAuth's state goes into encrypted preferences. */
public class TokenActivity extends Activity {
    @Override protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        AuthorizationResponse response = AuthorizationResponse.fromIntent(getIntent());
        AuthState state = new AuthState(response, AuthorizationException.fromIntent(getIntent()));
        new AuthorizationService(this).performTokenRequest(response.createTokenExchangeRequest(), (tokens, error) -> {
            state.update(tokens, error);
            new SessionStore(this).put("state", state.jsonSerializeString()); // ok: auth-sdk-plain-persistence
        });
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private void logout() {
        SessionStore store = new SessionStore(this);
        String json = store.get("state");
        store.clear();
        try {
            new Api().revoke(AuthState.jsonDeserialize(json).getRefreshToken());
        } catch (JSONException e) {
            Log.w("Token", "no state", e);
        }
    }
}

class Api {
    private final OkHttpClient client = new OkHttpClient();

    void revoke(String refreshToken) {
        RequestBody form = new FormBody.Builder().add("token", refreshToken).add("token_type_hint", "refresh_token").build();
        send(new Request.Builder().url("https://id.example.com/oauth2/revoke").post(form).build());
    }

    private void send(Request request) {
        client.newCall(request).enqueue(new Callback() {
            @Override public void onResponse(Call call, Response response) {
                Log.i("Api", "answer " + response.code());
                response.close();
            }

            @Override public void onFailure(Call call, IOException e) {
                Log.w("Api", "no answer", e);
            }
        });
    }
}

class SessionStore {
    private final SharedPreferences prefs;

    SessionStore(Context context) {
        try {
            MasterKey key = new MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build();
            prefs = EncryptedSharedPreferences.create(context, "session", key,
                EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
                EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void put(String key, String value) { prefs.edit().putString(key, value).apply(); }

    String get(String key) { return prefs.getString(key, null); }

    void remove(String key) { prefs.edit().remove(key).apply(); }

    void clear() { prefs.edit().clear().apply(); }
}
