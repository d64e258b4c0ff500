package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;

/** Eight hours after the login a new one, whatever happened meanwhile. */
public class StartActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        SharedPreferences prefs = getSharedPreferences("session", Context.MODE_PRIVATE);
        long age = System.currentTimeMillis() - prefs.getLong("login_time", 0);
        if (age > 8 * 60 * 60 * 1000L) { // ok: absolute-timeout-missing
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
