package sample;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Base64;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.JSONException;
import org.json.JSONObject;

/** A good random key, kept in plain preferences beside what it protects. */
public class LoginActivity extends Activity {
    private final Api api = new Api();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setText("Log in");
        login.setOnClickListener(v -> new Thread(() -> signIn(user.getText().toString(), password.getText().toString())).start());
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private SecretKey key() {
        SharedPreferences prefs = getSharedPreferences("session", MODE_PRIVATE);
        String kept = prefs.getString("aes_key", null);
        if (kept == null) {
            byte[] random = new byte[16];
            new SecureRandom().nextBytes(random);
            kept = Base64.encodeToString(random, Base64.NO_WRAP);
            prefs.edit().putString("aes_key", kept).apply();
        }
        return new SecretKeySpec(Base64.decode(kept, Base64.NO_WRAP), "AES"); // expect: token-key-exposed
    }

    private void signIn(String user, String password) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/PKCS5Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key());
            byte[] sealed = cipher.doFinal(api.login(user, password).getString("refresh_token").getBytes(StandardCharsets.UTF_8));
            getSharedPreferences("session", MODE_PRIVATE).edit()
                .putString("refresh_token", Base64.encodeToString(sealed, Base64.NO_WRAP))
                .apply();
        } catch (IOException | JSONException | GeneralSecurityException e) {
            Log.w("Login", "login failed", e);
        }
    }

    private void logout() {
        SharedPreferences prefs = getSharedPreferences("session", MODE_PRIVATE);
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/PKCS5Padding");
            cipher.init(Cipher.DECRYPT_MODE, key());
            byte[] refresh = cipher.doFinal(Base64.decode(prefs.getString("refresh_token", ""), Base64.NO_WRAP));
            api.revoke(new String(refresh, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            Log.w("Login", "not revoked", e);
        }
        prefs.edit().clear().apply();
    }
}

class Api {
    private static final String BASE = "https://api.example.com";
    private final OkHttpClient client = new OkHttpClient();

    JSONObject login(String user, String password) throws IOException, JSONException {
        RequestBody form = new FormBody.Builder().add("username", user).add("password", password).build();
        Request request = new Request.Builder().url(BASE + "/auth/login").post(form).build();
        try (Response response = client.newCall(request).execute()) {
            return new JSONObject(response.body().string());
        }
    }

    /** RFC 7009: the server forgets the refresh token and what was issued with it. */
    void revoke(String refreshToken) {
        RequestBody form = new FormBody.Builder().add("token", refreshToken).add("token_type_hint", "refresh_token").build();
        send(new Request.Builder().url(BASE + "/oauth/revoke").post(form).build());
    }

    private void send(Request request) {
        client.newCall(request).enqueue(new Callback() {
            @Override public void onResponse(Call call, Response response) {
                Log.i("Api", "answer " + response.code());
                response.close();
            }

            @Override public void onFailure(Call call, IOException e) {
                Log.w("Api", "no answer", e);
            }
        });
    }
}
