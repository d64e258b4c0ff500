package sample;

import android.app.Application;
import android.content.Context;
import android.content.SharedPreferences;
import android.util.Log;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.JSONException;
import org.json.JSONObject;

/** The word is there, the value is not. */
public class RefreshService extends Application {
    private final Api api = new Api();

    void signIn(String user, String password) {
        try {
            String refresh = api.login(user, password).getString("refresh_token");
            new SessionStore(this).put("refresh_token", refresh);
            Log.i("Auth", "access token received"); // ok: token-in-logs
            Log.d("Auth", "refresh token has " + refresh.length() + " characters"); // ok: token-in-logs
        } catch (IOException | JSONException e) {
            Log.w("Auth", "token request failed", e); // ok: token-in-logs
        }
    }

    void signOut() {
        SessionStore store = new SessionStore(this);
        String refresh = store.get("refresh_token");
        store.clear();
        if (refresh != null) api.revoke(refresh);
        Log.i("Auth", "tokens cleared"); // ok: token-in-logs
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

class Api {
    private static final String BASE = "https://api.example.com";
    private final OkHttpClient client = new OkHttpClient();

    JSONObject login(String user, String password) throws IOException, JSONException {
        RequestBody form = new FormBody.Builder().add("username", user).add("password", password).build();
        Request request = new Request.Builder().url(BASE + "/auth/login").post(form).build();
        try (Response response = client.newCall(request).execute()) {
            return new JSONObject(response.body().string());
        }
    }

    /** RFC 7009: the server forgets the refresh token and what was issued with it. */
    void revoke(String refreshToken) {
        RequestBody form = new FormBody.Builder().add("token", refreshToken).add("token_type_hint", "refresh_token").build();
        send(new Request.Builder().url(BASE + "/oauth/revoke").post(form).build());
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
