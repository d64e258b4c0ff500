package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** A class of the app, the app's own package: nobody else gets these. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        String token = new SessionStore(this).get("access_token");
        startActivity(new Intent(this, AccountActivity.class).putExtra("access_token", token)); // ok: token-over-ipc
        Intent changed = new Intent("com.example.sample.SIGNED_IN");
        changed.setPackage(getPackageName());
        changed.putExtra("access_token", token);
        sendBroadcast(changed); // ok: token-over-ipc
        sendBroadcast(new Intent("com.example.sample.SESSION").putExtra("token_present", String.valueOf(token != null))); // ok: token-over-ipc
    }
}

class AccountActivity extends Activity {}

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
