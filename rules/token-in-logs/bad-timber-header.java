package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import timber.log.Timber;

/** Through another logger, and the value is a header that was put together before. */
public class AccountActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::load).start();
    }

    private void load() {
        String authorization = "Bearer " + new SessionStore(this).get("access_token");
        Timber.d("GET /account with %s", authorization); // expect: token-in-logs
        Request request = new Request.Builder().url("https://api.example.com/account").header("Authorization", authorization).build();
        try (Response response = client.newCall(request).execute()) {
            setTitle("Account " + response.code());
        } catch (IOException e) {
            Timber.w("no account: %s", e);
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
