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

/** After a registration the same button says "Next" and goes on; else it signs out. */
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
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.account);
        Button button = (Button) findViewById(R.id.button_logout);
        if (getIntent().getStringExtra("registered") != null) {
            button.setText(R.string.next);
            button.setOnClickListener(v -> goOn());
        } else {
            button.setOnClickListener(v -> logout());
        }
    }

    private void goOn() {
        startActivity(new Intent(this, LoginActivity.class));
        finish();
    }

    private void logout() {
        SessionStore store = new SessionStore(this); // ok: logout-no-server-call
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
        Request request = new Request.Builder().url(BASE + "/oauth/revoke").post(form).build();
        new Thread(() -> {
            try (Response response = client.newCall(request).execute()) {
                Log.i("Api", "answer " + response.code());
            } catch (IOException e) {
                Log.w("Api", "no answer", e);
            }
        }).start();
    }
}
