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
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A PIN that only unlocks what is on the phone: its hash is kept, and nothing of it is sent. */
public class VaultActivity extends Activity {
    private SessionStore store;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        store = new SessionStore(this);
        EditText pin = new EditText(this);
        Button set = new Button(this);
        set.setOnClickListener(v -> set(pin.getText().toString()));
        Button unlock = new Button(this);
        unlock.setOnClickListener(v -> unlock(pin.getText().toString()));
    }

    private String hash(String pin, byte[] salt) {
        try {
            PBEKeySpec spec = new PBEKeySpec(pin.toCharArray(), salt, 200000, 256);
            byte[] bytes = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
            return Base64.encodeToString(bytes, Base64.NO_WRAP);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void set(String pin) {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        store.put("pin_salt", Base64.encodeToString(salt, Base64.NO_WRAP));
        store.put("pin_hash", hash(pin, salt)); // ok: stored-password-relogin
    }

    private void unlock(String pin) {
        byte[] salt = Base64.decode(store.get("pin_salt"), Base64.NO_WRAP);
        if (hash(pin, salt).equals(store.get("pin_hash"))) setTitle("Open");
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
