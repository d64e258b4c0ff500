package sample;

import android.app.Activity;
import android.net.Uri;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Codes that work once and states that mean nothing alone; and a link of a mail. */
public class RedirectActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Uri answer = getIntent().getData();
        String code = answer.getQueryParameter("code");
        String oauthState = answer.getQueryParameter("state");
        String mail = answer.getQueryParameter("verify");
        new Thread(() -> {
            get("https://id.example.com/callback?code=" + code + "&state=" + oauthState); // ok: token-in-url
            get("https://api.example.com/verify-email?token=" + mail); // ok: token-in-url
        }).start();
    }

    private void get(String url) {
        try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
            Log.i("Redirect", "answer " + response.code());
        } catch (IOException e) {
            Log.w("Redirect", "no answer", e);
        }
    }
}
