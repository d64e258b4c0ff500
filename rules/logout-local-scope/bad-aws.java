package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import com.amazonaws.mobile.client.AWSMobileClient;
import com.amazonaws.mobile.client.results.SignInResult;
import java.util.Collections;

/** The form without options signs out this phone only and revokes nothing. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setOnClickListener(v -> login(user.getText().toString(), password.getText().toString()));
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private void login(String user, String password) {
        AWSMobileClient.getInstance().signIn(user, password, Collections.emptyMap(), new com.amazonaws.mobile.client.Callback<SignInResult>() {
            @Override public void onResult(SignInResult result) { setTitle("Welcome"); }

            @Override public void onError(Exception e) { Log.w("Login", "login failed", e); }
        });
    }

    private void logout() {
        AWSMobileClient.getInstance().signOut(); // expect: logout-local-scope
        finish();
    }
}
