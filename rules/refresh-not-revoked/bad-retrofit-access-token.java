package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.security.GeneralSecurityException;
import okhttp3.OkHttpClient;
import retrofit2.Retrofit;
import retrofit2.converter.gson.GsonConverterFactory;
import retrofit2.http.Field;
import retrofit2.http.FormUrlEncoded;
import retrofit2.http.POST;

/** The same over an interface: the field is called token, and the wrong one is passed. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setText("Log in");
        login.setOnClickListener(v -> new Thread(() -> signIn(user.getText().toString(), password.getText().toString())).start());
    }

    private void signIn(String user, String password) {
        try {
            TokenResponse tokens = Backend.API.login(user, password).execute().body();
            SessionStore store = new SessionStore(this);
            store.put("access_token", tokens.accessToken);
            store.put("refresh_token", tokens.refreshToken);
            startActivity(new Intent(this, AccountActivity.class));
        } catch (IOException e) {
            Log.w("Login", "login failed", e);
        }
    }
}

public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
        setContentView(logout);
    }

    private void logout() {
        SessionStore store = new SessionStore(this); // expect: refresh-not-revoked
        String access = store.get("access_token");
        store.clear();
        new Thread(() -> revoke(access)).start();
        finish();
    }

    private void revoke(String token) {
        try {
            Backend.API.revoke(token, "access_token").execute();
        } catch (IOException e) {
            Log.w("Account", "not revoked", e);
        }
    }
}

class SessionStore {
    private final SharedPreferences prefs;

    SessionStore(Context context) {
        try {
            MasterKey key = new MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build();
            prefs = EncryptedSharedPreferences.create(context, "session", key,
                EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
                EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void put(String key, String value) { prefs.edit().putString(key, value).apply(); }

    String get(String key) { return prefs.getString(key, null); }

    void remove(String key) { prefs.edit().remove(key).apply(); }

    void clear() { prefs.edit().clear().apply(); }
}

class TokenResponse {
    @SerializedName("access_token") String accessToken;
    @SerializedName("refresh_token") String refreshToken;
    @SerializedName("user_id") String userId;
}

interface AuthApi {
    @FormUrlEncoded
    @POST("auth/login")
    retrofit2.Call<TokenResponse> login(@Field("username") String user, @Field("password") String password);

    @FormUrlEncoded
    @POST("oauth/revoke")
    retrofit2.Call<Void> revoke(@Field("token") String token, @Field("token_type_hint") String hint);
}

class Backend {
    static final AuthApi API = new Retrofit.Builder()
        .baseUrl("https://api.example.com/")
        .client(new OkHttpClient())
        .addConverterFactory(GsonConverterFactory.create())
        .build()
        .create(AuthApi.class);
}
