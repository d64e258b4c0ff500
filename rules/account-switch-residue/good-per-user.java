package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.widget.Button;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Every user has keys of their own. */
public class AccountActivity extends Activity {
    private SessionStore session;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        session = new SessionStore(this);
        Button change = new Button(this);
        change.setText("Switch account");
        change.setOnClickListener(v -> switchAccount("other"));
    }

    void signedIn(String user, String token) { session.save(user, token); }

    private void switchAccount(String user) {
        session.show(user); // ok: account-switch-residue
        setTitle(user);
    }
}

/** Keeps the session, encrypted. */
class SessionStore {
    private final SharedPreferences prefs;

    SessionStore(Context context) {
        try {
            prefs = EncryptedSharedPreferences.create(context, "session",
                new MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build(),
                EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
                EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void save(String user, String token) { prefs.edit().putString("access_token_" + user, token).apply(); }

    void show(String user) { prefs.edit().putString("current_name", user).apply(); }
}
