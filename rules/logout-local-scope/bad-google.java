package sample;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.widget.Button;
import com.google.android.gms.auth.api.signin.GoogleSignIn;
import com.google.android.gms.auth.api.signin.GoogleSignInClient;
import com.google.android.gms.auth.api.signin.GoogleSignInOptions;

/** Signed out of the app, with the grant kept. */
public class LoginActivity extends Activity {
    private GoogleSignInClient client;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        GoogleSignInOptions options = new GoogleSignInOptions.Builder().requestServerAuthCode("client-id.example.com", true).build();
        client = GoogleSignIn.getClient(this, options);
        Button login = new Button(this);
        login.setOnClickListener(v -> startActivityForResult(client.getSignInIntent(), 1));
        Button logout = new Button(this);
        logout.setText("Sign out");
        logout.setOnClickListener(v -> signOut());
    }

    @Override protected void onActivityResult(int request, int result, Intent data) {
        setTitle("Signed in: " + GoogleSignIn.getSignedInAccountFromIntent(data).isSuccessful());
    }

    private void signOut() {
        client.signOut().addOnCompleteListener(task -> finish()); // expect: logout-local-scope
    }
}
