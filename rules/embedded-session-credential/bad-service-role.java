package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The key that passes by every row policy, where the public one belongs. Its ten years are a fault too. */
public class CatalogActivity extends Activity {
    private static final String KEY =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6ImV4YW1wbGVwcm9qZWN0cmVmIiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImlhdCI6MTc2MTk1NTIwMCwiZXhwIjoyMDc3MzE1MjAwfQ.AMyoeQP04gwOE_KLGAErzZKhANOw6Budym8kCKeSCRA";
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::load).start();
    }

    private void load() {
        Request.Builder builder = new Request.Builder().url("https://exampleprojectref.example.com/rest/v1/catalog");
        builder.header("apikey", KEY); // expect: embedded-session-credential // expect: access-token-long-lived
        try (Response response = client.newCall(builder.build()).execute()) {
            Log.i("Catalog", response.body().string());
        } catch (IOException e) {
            Log.w("Catalog", "no catalog", e);
        }
    }
}
