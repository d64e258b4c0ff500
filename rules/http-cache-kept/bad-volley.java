package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import com.android.volley.Request;
import com.android.volley.RequestQueue;
import com.android.volley.toolbox.StringRequest;
import com.android.volley.toolbox.Volley;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;

/** Volley keeps answers on disk by itself. */
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
    static RequestQueue queue;
    private final SessionStore store;

    Api(Context context) {
        store = new SessionStore(context);
        if (queue == null) queue = Volley.newRequestQueue(context);
    }

    void orders() {
        queue.add(new StringRequest(0, "https://api.example.com/orders",
            answer -> Log.i("Api", "answered"), error -> Log.w("Api", "no answer")) {
            @Override public Map<String, String> getHeaders() {
                Map<String, String> headers = new HashMap<>();
                headers.put("Authorization", "Bearer " + store.token());
                return headers;
            }
        });
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
