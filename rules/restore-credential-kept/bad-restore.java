package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import androidx.credentials.ClearCredentialStateRequest;
import androidx.credentials.CreateRestoreCredentialRequest;
import androidx.credentials.CredentialManager;
import androidx.credentials.CredentialManagerCallback;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** The request without a type leaves the restore credential. */
public class WelcomeActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        String json = getIntent().getStringExtra("registration");
        CredentialManager.create(this).createCredentialAsync(this, new CreateRestoreCredentialRequest(json, true), null, Runnable::run, new Done<>());
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
        new SessionStore(this).clear(); // expect: restore-credential-kept
        CredentialManager.create(this).clearCredentialStateAsync(new ClearCredentialStateRequest(), null, Runnable::run, new Done<Void>());
        finish();
    }
}

class Done<T> implements CredentialManagerCallback<T, Exception> {
    @Override public void onResult(T result) { Log.i("Credentials", "done"); }

    @Override public void onError(Exception e) { Log.w("Credentials", "failed", e); }
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
