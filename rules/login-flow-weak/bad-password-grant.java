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

/** The app sees the password and hands it to the token endpoint. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        setTitle("Sign in");
    }

    void signIn(String user, String password) {
        FormBody.Builder form = new FormBody.Builder();
        form.add("grant_type", "password"); // expect: login-flow-weak
        form.add("username", user).add("password", password);
        send(form.build());
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
