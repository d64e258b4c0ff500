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
import com.franmontiel.persistentcookiejar.PersistentCookieJar;
import com.franmontiel.persistentcookiejar.persistence.SharedPrefsCookiePersistor;
import java.io.IOException;
import java.security.GeneralSecurityException;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.JSONException;
import org.json.JSONObject;

/** Requests carry a token; the cookies are the load balancer's. */
public class LoginActivity extends Activity {
    private void signIn(String user, String password) {
        try {
            String token = Api.of(this).login(user, password);
            new SessionStore(this).save(token);
            startActivity(new Intent(this, AccountActivity.class));
        } catch (IOException | JSONException e) {
            Log.w("Login", "no answer", e);
        }
    }

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setText("Log in");
        login.setOnClickListener(v -> new Thread(() -> signIn(user.getText().toString(), password.getText().toString())).start());
        setContentView(login);
    }
}

public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
        setContentView(logout);
    }

    private void logout() {
        new SessionStore(this).clear();
        new Thread(this::endSession).start();
        finish();
    }

    private void endSession() {
        try {
            Api.of(this).logoutAtServer();
        } catch (IOException e) {
            Log.w("Account", "no answer", e);
        }
    }
}

class Api {
    private static Api instance;
    final PersistentCookieJar cookies;
    private final OkHttpClient client;

    private Api(Context context) {
        cookies = new PersistentCookieJar(null, new SharedPrefsCookiePersistor(context));
        client = new OkHttpClient.Builder().cookieJar(cookies).build();
    }

    static synchronized Api of(Context context) {
        if (instance == null) instance = new Api(context.getApplicationContext());
        return instance;
    }

    String login(String user, String password) throws IOException, JSONException {
        RequestBody form = new FormBody.Builder().add("user", user).add("password", password).build();
        Request request = new Request.Builder().url("https://api.example.com/login").post(form).build();
        try (Response response = client.newCall(request).execute()) {
            return new JSONObject(response.body().string()).getString("access_token");
        }
    }

    boolean logoutAtServer() throws IOException {
        return send(new Request.Builder().url("https://api.example.com/logout").post(new FormBody.Builder().build()).build());
    }

    private boolean send(Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return response.isSuccessful();
        }
    }
}

/** Keeps the session encrypted. */
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

    void save(String token) { prefs.edit().putString("access_token", token).apply(); }

    String token() { return prefs.getString("access_token", null); }

    void clear() { prefs.edit().clear().apply(); }
}
