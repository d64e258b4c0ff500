package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Base64;
import android.widget.Button;
import android.widget.EditText;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Passwords, but not the user's and not for the login: of a Wi-Fi net and of a proxy. */
public class NetworkActivity extends Activity {
    private SessionStore store;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        store = new SessionStore(this);
        EditText wifi = new EditText(this);
        EditText proxy = new EditText(this);
        Button save = new Button(this);
        save.setOnClickListener(v -> save(wifi.getText().toString(), proxy.getText().toString()));
    }

    private void save(String wifi, String proxy) {
        store.put("wifi_password", wifi); // ok: stored-password-relogin
        store.put("proxy_password", proxy); // ok: stored-password-relogin
    }

    String proxyHeader() {
        return "Basic " + Base64.encodeToString(("printer:" + store.get("proxy_password")).getBytes(StandardCharsets.UTF_8), Base64.NO_WRAP);
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
