package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A token in the app that says of itself how long it lives: ten years. */
public class KioskActivity extends Activity {
    private static final String TOKEN =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIiwic3ViIjoia2lvc2siLCJzY29wZSI6Im9yZGVycyIsImlhdCI6MTc2MTk1NTIwMCwiZXhwIjoyMDc3MzE1MjAwfQ.yfUgnqLvVUhxMhGPfzCJhdKNBdqq8v1DhFECUfSW4Is";
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::load).start();
    }

    private void load() {
        Request.Builder builder = new Request.Builder().url("https://api.example.com/orders");
        builder.header("Authorization", "Bearer " + TOKEN); // expect: access-token-long-lived // expect: embedded-session-credential
        try (Response response = client.newCall(builder.build()).execute()) {
            setTitle("Orders " + response.code());
        } catch (IOException e) {
            Log.w("Kiosk", "no orders", e);
        }
    }
}
