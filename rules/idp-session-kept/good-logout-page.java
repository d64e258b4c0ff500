package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.net.Uri;
import android.os.Bundle;
import android.widget.Button;
import androidx.browser.customtabs.CustomTabsIntent;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** The provider's sign-out page, in the same browser. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Uri page = Uri.parse("https://id.example.com/oauth2/authorize").buildUpon()
            .appendQueryParameter("client_id", "app")
            .appendQueryParameter("response_type", "code")
            .appendQueryParameter("redirect_uri", "com.example:/callback").build();
        new CustomTabsIntent.Builder().build().launchUrl(this, page);
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
        Uri page = Uri.parse("https://id.example.com/v2/logout?client_id=app");
        new CustomTabsIntent.Builder().build().launchUrl(this, page);
        finish();
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
