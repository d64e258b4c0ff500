package sample;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.security.keystore.KeyGenParameterSpec;
import android.security.keystore.KeyProperties;
import android.util.Base64;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.JSONException;
import org.json.JSONObject;

/** A constant initialisation vector is a fault of its own, but it is no key. */
public class LoginActivity extends Activity {
    private static final byte[] IV = "sixteen-byte-iv!".getBytes(StandardCharsets.UTF_8);
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

    private void signIn(String user, String password) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS7Padding");
            cipher.init(Cipher.ENCRYPT_MODE, DeviceKey.get(), new IvParameterSpec(IV)); // ok: token-key-exposed
            byte[] sealed = cipher.doFinal(api.login(user, password).getString("refresh_token").getBytes(StandardCharsets.UTF_8));
            getPreferences(MODE_PRIVATE).edit().putString("refresh_token", Base64.encodeToString(sealed, Base64.NO_WRAP)).apply();
        } catch (IOException | JSONException | GeneralSecurityException e) {
            Log.w("Login", "login failed", e);
        }
    }

    private void logout() {
        SharedPreferences prefs = getPreferences(MODE_PRIVATE);
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS7Padding");
            cipher.init(Cipher.DECRYPT_MODE, DeviceKey.get(), new IvParameterSpec(IV));
            byte[] refresh = cipher.doFinal(Base64.decode(prefs.getString("refresh_token", ""), Base64.NO_WRAP));
            api.revoke(new String(refresh, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IOException e) {
            Log.w("Login", "not revoked", e);
        }
        prefs.edit().clear().apply();
    }
}

/** A key that never leaves the device's key store. */
class DeviceKey {
    static SecretKey get() throws GeneralSecurityException, IOException {
        KeyStore keyStore = KeyStore.getInstance("AndroidKeyStore");
        keyStore.load(null);
        if (!keyStore.containsAlias("session")) {
            KeyGenerator generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, "AndroidKeyStore");
            generator.init(new KeyGenParameterSpec.Builder("session", KeyProperties.PURPOSE_ENCRYPT | KeyProperties.PURPOSE_DECRYPT)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .build());
            generator.generateKey();
        }
        return (SecretKey) keyStore.getKey("session", null);
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
