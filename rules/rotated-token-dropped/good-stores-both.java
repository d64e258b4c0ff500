package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.JSONException;
import org.json.JSONObject;

/** Both tokens of the answer are stored, under one lock. */
/** Signs in and keeps both tokens, encrypted. */
public class LoginActivity extends Activity {
    private final Api api = new Api();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setText("Log in");
        login.setOnClickListener(v -> new Thread(() -> signIn(user.getText().toString(), password.getText().toString())).start());
    }

    private void signIn(String user, String password) {
        try {
            JSONObject tokens = api.login(user, password);
            SessionStore store = new SessionStore(this);
            store.put("access_token", tokens.getString("access_token"));
            store.put("refresh_token", tokens.getString("refresh_token"));
            startActivity(new Intent(this, AccountActivity.class));
        } catch (IOException | JSONException e) {
            Log.w("Login", "login failed", e);
        }
    }
}

public class AccountActivity extends Activity {
    @Override protected void onResume() {
        super.onResume();
        SessionStore store = new SessionStore(this);
        new Thread(() -> new SessionRenewal(store).renew()).start();
    }

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
        setContentView(logout);
    }

    private void logout() {
        SessionStore store = new SessionStore(this);
        String refresh = store.get("refresh_token");
        store.clear();
        new Api().logout(refresh);
        finish();
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

    void logout(String refreshToken) {
        RequestBody form = new FormBody.Builder().add("token", refreshToken).add("token_type_hint", "refresh_token").build();
        send(new Request.Builder().url(BASE + "/oauth/revoke").post(form).build());
    }

    private void send(Request request) {
        new Thread(() -> {
            try (Response response = client.newCall(request).execute()) {
                Log.i("Api", "sent");
            } catch (IOException e) {
                Log.w("Api", "not sent", e);
            }
        }).start();
    }


    /** A new access token for the stored refresh token. */
    JSONObject refresh(String refreshToken) throws IOException, JSONException {
        RequestBody form = new FormBody.Builder().add("grant_type", "refresh_token").add("refresh_token", refreshToken).build();
        Request request = new Request.Builder().url(BASE + "/oauth/token").post(form).build();
        try (Response response = client.newCall(request).execute()) {
            return new JSONObject(response.body().string());
        }
    }
}

/** Keeps the session going. */
class SessionRenewal {
    private final SessionStore store;

    SessionRenewal(SessionStore store) { this.store = store; }

    synchronized void renew() {
        try {
            JSONObject tokens = new Api().refresh(store.get("refresh_token")); // ok: rotated-token-dropped
            store.put("access_token", tokens.getString("access_token"));
            if (tokens.has("refresh_token")) store.put("refresh_token", tokens.getString("refresh_token"));
        } catch (IOException | JSONException e) {
            Log.w("Session", "not renewed", e);
        }
    }
}
