package sample;

import android.app.Activity;
import android.content.Context;
import android.os.Bundle;

/** A session id of the app's own server is no OAuth token: there is nothing to constrain by a standard. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        setTitle("Sign in");
    }

    void signedIn(String id) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("session_id", id).apply(); // ok: bearer-not-sender-constrained
    }
}
