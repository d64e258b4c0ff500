package sample;

import android.app.Activity;
import android.content.Context;
import android.os.Bundle;

/** Whoever has the token is the user. */
// expect-app: bearer-not-sender-constrained
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        setTitle("Sign in");
    }

    void signedIn(String access, String refresh) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit()
            .putString("access_token", access).putString("refresh_token", refresh).apply();
    }
}
