package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;

/** A token opens the account for ever: the screen asks whether there is one, not since when nobody touched it. */
// expect-app: idle-timeout-missing
public class AccountActivity extends Activity {
    private SharedPreferences prefs;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        prefs = getSharedPreferences("session", Context.MODE_PRIVATE);
    }

    @Override protected void onResume() {
        super.onResume();
        if (prefs.getString("access_token", null) == null) {
            startActivity(new Intent(this, LoginActivity.class));
            finish();
        }
    }
}

class LoginActivity extends Activity {
    void signedIn(String token) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("access_token", token).apply();
    }
}
