package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** The service account of the back end, in every copy of the app. */
public class FeedbackActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText text = new EditText(this);
        Button send = new Button(this);
        send.setOnClickListener(v -> new Thread(() -> send(text.getText().toString())).start());
    }

    private void send(String text) {
        Request request = new Request.Builder()
            .url("https://api.example.com/feedback")
            .header("Authorization", "Basic c3ZjLW1vYmlsZTpyMDB0LXMzcnYxYzM=") // expect: embedded-session-credential
            .post(RequestBody.create(MediaType.parse("text/plain"), text))
            .build();
        try (Response response = client.newCall(request).execute()) {
            Log.i("Feedback", "sent: " + response.code());
        } catch (IOException e) {
            Log.w("Feedback", "not sent", e);
        }
    }
}
