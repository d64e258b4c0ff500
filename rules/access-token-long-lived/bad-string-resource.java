package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The same in a resource, for three years. */
public class TillActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::load).start();
    }

    private void load() {
        Request.Builder builder = new Request.Builder().url("https://api.example.com/orders");
        builder.header("Authorization", "Bearer " + getString(R.string.till_token)); // expect: access-token-long-lived // expect: embedded-session-credential
        try (Response response = client.newCall(builder.build()).execute()) {
            setTitle("Orders " + response.code());
        } catch (IOException e) {
            Log.w("Till", "no orders", e);
        }
    }
}
