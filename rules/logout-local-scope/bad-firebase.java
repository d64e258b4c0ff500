package sample;

import android.app.Activity;
import android.os.Bundle;
import android.widget.Button;
import android.widget.EditText;
import com.google.firebase.auth.FirebaseAuth;

/** signOut forgets the user on this phone; the refresh token of the session lives on. */
public class LoginActivity extends Activity {
    private final FirebaseAuth auth = FirebaseAuth.getInstance();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setOnClickListener(v -> auth.signInWithEmailAndPassword(user.getText().toString(), password.getText().toString()));
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private void logout() {
        auth.signOut(); // expect: logout-local-scope
        finish();
    }
}
