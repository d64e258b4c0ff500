package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import okhttp3.Cache;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Answers to signed-in requests stay in the cache. */
public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
        setContentView(logout);
    }

    private void logout() {
        new SessionStore(this).clear(); // expect: http-cache-kept
        finish();
    }
}

class Api {
    static OkHttpClient client;
    private final SessionStore store;

    Api(Context context) {
        store = new SessionStore(context);
        if (client == null) client = new OkHttpClient.Builder().cache(new Cache(new File(context.getCacheDir(), "http"), 10 << 20)).build();
    }

    void orders() {
        Request request = new Request.Builder().url("https://api.example.com/orders")
            .header("Authorization", "Bearer " + store.token()).build();
        new Thread(() -> {
            try (Response response = client.newCall(request).execute()) {
                Log.i("Api", "answer " + response.code());
            } catch (IOException e) {
                Log.w("Api", "no answer", e);
            }
        }).start();
    }
}

class Login {
    static void done(Context context, String accessToken) { new SessionStore(context).save(accessToken); }
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
