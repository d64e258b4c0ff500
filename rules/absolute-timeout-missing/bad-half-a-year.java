package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;

/** The age of the session is looked at, and may be half a year. */
public class StartActivity extends Activity {
    private static final long HALF_A_YEAR = 180L * 24 * 60 * 60 * 1000;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        SharedPreferences prefs = getSharedPreferences("session", Context.MODE_PRIVATE);
        long age = System.currentTimeMillis() - prefs.getLong("login_time", 0);
        if (age > HALF_A_YEAR) { // expect: absolute-timeout-missing
            prefs.edit().clear().apply();
            startActivity(new Intent(this, LoginActivity.class));
        }
    }
}

class LoginActivity extends Activity {
    void signedIn(String token) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit()
            .putString("access_token", token).putLong("login_time", System.currentTimeMillis()).apply();
    }
}
