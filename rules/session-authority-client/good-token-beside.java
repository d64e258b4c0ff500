package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** The flag picks the first screen; what that shows, the server gives for a token only. */
public class SplashActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        SharedPreferences prefs = getSharedPreferences("user", Context.MODE_PRIVATE);
        boolean in = prefs.getBoolean("isLoggedIn", false);
        startActivity(new Intent(this, in ? AccountActivity.class : LoginActivity.class)); // ok: session-authority-client
    }
}

class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::load).start();
    }

    private void load() {
        String token = getSharedPreferences("user", Context.MODE_PRIVATE).getString("access_token", "");
        Request request = new Request.Builder().url("https://api.example.com/account").header("Authorization", "Bearer " + token).build();
        try {
            new OkHttpClient().newCall(request).execute().close();
        } catch (IOException e) {
            Log.w("Account", "not now", e);
        }
    }
}

class LoginActivity extends Activity {
    void signedIn(String token) {
        getSharedPreferences("user", Context.MODE_PRIVATE).edit().putString("access_token", token).putBoolean("isLoggedIn", true).apply();
    }
}
