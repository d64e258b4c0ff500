package sample;

import android.app.Activity;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A push token and the key of a map: neither is a session. */
public class StartActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    void onNewPushToken(String pushToken) {
        new Thread(() -> get("https://push.example.com/register?platform=android&token=" + pushToken)).start(); // ok: token-in-url
    }

    void loadTile(int x, int y) {
        get("https://tiles.example.com/" + x + "/" + y + ".png?access_token=pk.public-map-key"); // ok: token-in-url
    }

    private void get(String url) {
        try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
            Log.i("Start", "answer " + response.code());
        } catch (IOException e) {
            Log.w("Start", "no answer", e);
        }
    }
}
