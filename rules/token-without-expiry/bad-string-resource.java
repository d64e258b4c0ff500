package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The same fault in a resource. */
public class SupportActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::open).start();
    }

    private void open() {
        Request.Builder builder = new Request.Builder().url("https://support.example.com/tickets");
        builder.header("Authorization", "Bearer " + getString(R.string.support_token)); // expect: token-without-expiry // expect: embedded-session-credential
        try (Response response = client.newCall(builder.build()).execute()) {
            setTitle("Tickets " + response.code());
        } catch (IOException e) {
            Log.w("Support", "no tickets", e);
        }
    }
}
