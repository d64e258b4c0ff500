package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import com.auth0.android.Auth0;
import com.auth0.android.authentication.AuthenticationAPIClient;
import com.auth0.android.authentication.AuthenticationException;
import com.auth0.android.authentication.storage.SecureCredentialsManager;
import com.auth0.android.authentication.storage.SharedPreferencesStorage;
import com.auth0.android.callback.Callback;
import com.auth0.android.result.Credentials;

/** The same storage class, but the manager encrypts before it stores. */
public class LoginActivity extends Activity {
    private AuthenticationAPIClient client;
    private SecureCredentialsManager manager;
    private Credentials credentials;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        client = new AuthenticationAPIClient(Auth0.getInstance("client", "example.eu.auth0.com"));
        manager = new SecureCredentialsManager(this, client, new SharedPreferencesStorage(this)); // ok: auth-sdk-plain-persistence
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setOnClickListener(v -> login(user.getText().toString(), password.getText().toString()));
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private void login(String user, String password) {
        client.login(user, password, "Users").start(new Callback<Credentials, AuthenticationException>() {
            @Override public void onSuccess(Credentials result) {
                credentials = result;
                manager.saveCredentials(result); // ok: auth-sdk-plain-persistence
            }

            @Override public void onFailure(AuthenticationException error) {
                Log.w("Login", "login failed", error);
            }
        });
    }

    private void logout() {
        manager.clearCredentials();
        client.revokeToken(credentials.getRefreshToken()).start(new Callback<Void, AuthenticationException>() {
            @Override public void onSuccess(Void result) { finish(); }

            @Override public void onFailure(AuthenticationException error) { finish(); }
        });
    }
}
