package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Not in the code but in the resources: a header with name and password, ready to use. */
public class SupportActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::open).start();
    }

    private void open() {
        Request.Builder builder = new Request.Builder().url("https://support.example.com/api/tickets");
        builder.header("Authorization", getString(R.string.support_authorization)); // expect: embedded-session-credential
        try (Response response = client.newCall(builder.build()).execute()) {
            Log.i("Support", "tickets: " + response.code());
        } catch (IOException e) {
            Log.w("Support", "no tickets", e);
        }
    }
}
