package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The token itself comes back in the redirect, where other apps and logs see it. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        String page = "https://id.example.com/authorize?response_type=token&client_id=shop&redirect_uri=shop://signed-in"; // expect: login-flow-weak
        startActivity(new Intent(Intent.ACTION_VIEW, Uri.parse(page)));
    }


    private void send(FormBody form) {
        Request request = new Request.Builder().url("https://id.example.com/oauth/token").post(form).build();
        try (Response response = new OkHttpClient().newCall(request).execute()) {
            getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("access_token", response.body().string()).apply();
        } catch (IOException e) {
            Log.w("Login", "no token", e);
        }
    }
}
