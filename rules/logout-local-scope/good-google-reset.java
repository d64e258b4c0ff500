package sample;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.widget.Button;
import com.google.android.gms.auth.api.signin.GoogleSignIn;
import com.google.android.gms.auth.api.signin.GoogleSignInClient;
import com.google.android.gms.auth.api.signin.GoogleSignInOptions;

/** Signing in begins with a sign-out, so that Google asks which account it shall be. */
public class LoginActivity extends Activity {
    private GoogleSignInClient client;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        GoogleSignInOptions options = new GoogleSignInOptions.Builder().requestServerAuthCode("client-id.example.com", true).build();
        client = GoogleSignIn.getClient(this, options);
        Button login = new Button(this);
        login.setText("Log in");
        login.setOnClickListener(v -> chooseAccount());
    }

    private void chooseAccount() {
        client.signOut(); // ok: logout-local-scope
        startActivityForResult(client.getSignInIntent(), 1);
    }

    @Override protected void onActivityResult(int request, int result, Intent data) {
        setTitle("Signed in: " + GoogleSignIn.getSignedInAccountFromIntent(data).isSuccessful());
    }
}
