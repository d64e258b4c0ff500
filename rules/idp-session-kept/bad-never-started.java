package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.net.Uri;
import android.os.Bundle;
import android.widget.Button;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import net.openid.appauth.AuthorizationRequest;
import net.openid.appauth.AuthorizationService;
import net.openid.appauth.AuthorizationServiceConfiguration;
import net.openid.appauth.EndSessionRequest;

/** The request to end the session is made and never started. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        AuthorizationRequest request = new AuthorizationRequest.Builder(Oidc.CONFIG, "app", "code", Uri.parse("com.example:/callback"))
            .setScope("openid").build();
        startActivityForResult(new AuthorizationService(this).getAuthorizationRequestIntent(request), 1);
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
        new SessionStore(this).clear(); // expect: idp-session-kept
        EndSessionRequest request = new EndSessionRequest.Builder(Oidc.CONFIG).build();
        new AuthorizationService(this).getEndSessionRequestIntent(request);
        finish();
    }
}

final class Oidc {
    static final AuthorizationServiceConfiguration CONFIG = new AuthorizationServiceConfiguration(
        Uri.parse("https://id.example.com/authorize"), Uri.parse("https://id.example.com/token"));

    private Oidc() {}
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
