package sample;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.json.JSONException;
import org.json.JSONObject;

/** Things that are called tokens and are no session. */
public class StartActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::load).start();
    }

    void onNewPushToken(String token) {
        getSharedPreferences("push", MODE_PRIVATE).edit().putString("fcm_token", token).apply(); // ok: token-plain-preferences
    }

    private void load() {
        Request request = new Request.Builder().url("https://api.example.com/news").build();
        try (Response response = client.newCall(request).execute()) {
            JSONObject page = new JSONObject(response.body().string());
            SharedPreferences.Editor editor = getSharedPreferences("feed", MODE_PRIVATE).edit();
            editor.putString("next_page_token", page.optString("next_page_token")); // ok: token-plain-preferences
            editor.putString("csrf_token", page.optString("csrf_token")); // ok: token-plain-preferences
            editor.putString("token_type", "bearer"); // ok: token-plain-preferences
            editor.putInt("token_count", (int) page.optLong("token_count")); // ok: token-plain-preferences
            editor.apply();
        } catch (IOException | JSONException e) {
            Log.w("Start", "no news", e);
        }
    }
}
