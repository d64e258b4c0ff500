package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import java.util.Timer;
import java.util.TimerTask;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A timer keeps the token fresh as long as the screen is in front, and ends with it. */
public class TradingActivity extends Activity {
    private Timer timer;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        timer = new Timer();
        timer.scheduleAtFixedRate(new Refresh(this), 0, 240_000); // ok: session-keepalive
    }

    @Override protected void onStop() {
        super.onStop();
        timer.cancel();
    }
}

class Refresh extends TimerTask {
    private final SharedPreferences prefs;

    Refresh(Context context) { prefs = context.getSharedPreferences("session", Context.MODE_PRIVATE); }

    @Override public void run() { refreshToken(); }

    private void refreshToken() {
        FormBody form = new FormBody.Builder().add("grant_type", "refresh_token").add("refresh_token", prefs.getString("refresh_token", "")).build();
        Request request = new Request.Builder().url("https://id.example.com/oauth/token").post(form).build();
        try (Response response = new OkHttpClient().newCall(request).execute()) {
            prefs.edit().putString("refresh_token", response.body().string()).apply();
        } catch (IOException e) {
            Log.w("Refresh", "later", e);
        }
    }
}
