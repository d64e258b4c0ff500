package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.webkit.CookieManager;
import android.webkit.WebView;
import android.widget.Button;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** All cookies go with the token. */
public class PortalActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        WebView page = new WebView(this);
        String token = new SessionStore(this).token();
        CookieManager.getInstance().setCookie("https://my.example.com", "session=" + token + "; Secure; HttpOnly; SameSite=Strict");
        page.loadUrl("https://my.example.com/home");
        setContentView(page);
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
        CookieManager cookies = CookieManager.getInstance();
        cookies.removeAllCookies(done -> cookies.flush());
        finish();
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
