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

/** A code and a challenge, redeemed with the verifier. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Uri.Builder page = Uri.parse("https://id.example.com/authorize").buildUpon();
        page.appendQueryParameter("response_type", "code").appendQueryParameter("client_id", "shop"); // ok: login-flow-weak
        page.appendQueryParameter("code_challenge", getIntent().getStringExtra("challenge"));
        page.appendQueryParameter("code_challenge_method", "S256");
        startActivity(new Intent(Intent.ACTION_VIEW, page.build()));
    }

    void redeem(String code, String verifier) {
        send(new FormBody.Builder().add("grant_type", "authorization_code").add("code", code).add("code_verifier", verifier).build());
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
