package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.logging.HttpLoggingInterceptor;

/** Headers are logged, but the one that matters is redacted. */
class Http {
    static OkHttpClient client() {
        HttpLoggingInterceptor logging = new HttpLoggingInterceptor();
        logging.redactHeader("Authorization");
        logging.setLevel(HttpLoggingInterceptor.Level.HEADERS); // ok: token-in-logs
        return new OkHttpClient.Builder().addInterceptor(logging).build();
    }
}

public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::load).start();
    }

    private void load() {
        String token = new SessionStore(this).get("access_token");
        Request request = new Request.Builder().url("https://api.example.com/account").header("Authorization", "Bearer " + token).build();
        try (Response response = Http.client().newCall(request).execute()) {
            setTitle("Account " + response.code());
        } catch (IOException e) {
            Log.w("Account", "no account", e);
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
