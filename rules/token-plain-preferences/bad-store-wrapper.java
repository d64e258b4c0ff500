package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import okhttp3.OkHttpClient;
import retrofit2.Retrofit;
import retrofit2.converter.gson.GsonConverterFactory;
import retrofit2.http.Field;
import retrofit2.http.FormUrlEncoded;
import retrofit2.http.POST;

/** Keys in a holder class, a wrapper around the preferences, and one entry for each user. */
final class Keys {
    static final String REFRESH = "refresh_token";
    private static final String PREFIX = "token_";

    static String of(String userId) { return PREFIX + userId; }
}

class Store {
    private final SharedPreferences prefs;

    Store(Context context) { prefs = context.getSharedPreferences("auth", Context.MODE_PRIVATE); }

    void put(String key, String value) { prefs.edit().putString(key, value).apply(); }

    String get(String key) { return prefs.getString(key, null); }

    void wipe() { prefs.edit().clear().commit(); }
}

public class LoginActivity extends Activity {
    private Store store;

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
        store = new Store(this);
        try {
            TokenResponse tokens = Backend.API.login(user, password).execute().body();
            store.put(Keys.REFRESH, tokens.refreshToken); // expect: token-plain-preferences
            store.put(Keys.of(tokens.userId), tokens.accessToken); // expect: token-plain-preferences
        } catch (IOException e) {
            Log.w("Login", "login failed", e);
        }
    }

    private void logout() {
        String refresh = store.get(Keys.REFRESH);
        store.wipe();
        new Thread(() -> {
            try {
                Backend.API.revoke(refresh, "refresh_token").execute();
            } catch (IOException e) {
                Log.w("Login", "not revoked", e);
            }
        }).start();
    }
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
