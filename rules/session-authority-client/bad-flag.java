package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;

/** One boolean in a file, and the account is open; no server ever said so. */
public class SplashActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        SharedPreferences prefs = getSharedPreferences("user", Context.MODE_PRIVATE);
        if (prefs.getBoolean("isLoggedIn", false)) { // expect: session-authority-client
            startActivity(new Intent(this, AccountActivity.class));
        } else {
            startActivity(new Intent(this, LoginActivity.class));
        }
    }
}

class AccountActivity extends Activity {}

class LoginActivity extends Activity {
    void check(String password) {
        SharedPreferences prefs = getSharedPreferences("user", Context.MODE_PRIVATE);
        if (prefs.getString("password", "").equals(password)) prefs.edit().putBoolean("isLoggedIn", true).apply();
    }

    void register(String password) {
        getSharedPreferences("user", Context.MODE_PRIVATE).edit().putString("password", password).apply();
    }
}
