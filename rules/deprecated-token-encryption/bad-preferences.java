package sample;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Encrypted, by a library whose every API is deprecated. One result for the file, not for each key. */
public class LoginActivity extends Activity {
    private SharedPreferences prefs;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        try {
            MasterKey key = new MasterKey.Builder(this).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build();
            prefs = EncryptedSharedPreferences.create(this, "session", key, // expect: deprecated-token-encryption
                EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
                EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void signedIn(String access, String refresh) {
        prefs.edit().putString("access_token", access).putString("refresh_token", refresh).apply();
    }
}
