// expect-app: logout-missing
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

/** The SDK could sign out; nobody asks it to. */
public class LoginActivity extends Activity {
    private AuthenticationAPIClient client;
    private SecureCredentialsManager manager;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        client = new AuthenticationAPIClient(Auth0.getInstance("client", "example.eu.auth0.com"));
        manager = new SecureCredentialsManager(this, client, new SharedPreferencesStorage(this));
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setOnClickListener(v -> login(user.getText().toString(), password.getText().toString()));
    }

    private void login(String user, String password) {
        client.login(user, password, "Users").start(new Callback<Credentials, AuthenticationException>() {
            @Override public void onSuccess(Credentials result) { manager.saveCredentials(result); }

            @Override public void onFailure(AuthenticationException error) { Log.w("Login", "login failed", error); }
        });
    }
}
