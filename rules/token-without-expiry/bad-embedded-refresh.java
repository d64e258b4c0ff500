package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A refresh token in the app, without an end. */
public class KioskActivity extends Activity {
    private static final String REFRESH =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIiwic3ViIjoia2lvc2siLCJ0eXAiOiJSZWZyZXNoIiwic2NvcGUiOiJvcmRlcnMgb2ZmbGluZV9hY2Nlc3MiLCJpYXQiOjE3NjE5NTUyMDB9.z6ZvHEdJWCedWTaIwxnsLiFfxTQnPq5ocMbfW_JF96Y";
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::refresh).start();
    }

    private void refresh() {
        FormBody.Builder form = new FormBody.Builder().add("grant_type", "refresh_token");
        form.add("refresh_token", REFRESH); // expect: token-without-expiry // expect: embedded-session-credential
        Request request = new Request.Builder().url("https://id.example.com/oauth/token").post(form.build()).build();
        try (Response response = client.newCall(request).execute()) {
            setTitle("Kiosk " + response.code());
        } catch (IOException e) {
            Log.w("Kiosk", "no session", e);
        }
    }
}
