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

/** The token goes into the URL of the request that ends it: whoever reads the log finds a dead one. */
public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::signOut).start();
    }

    private void signOut() {
        SessionStore store = new SessionStore(this);
        String token = store.get("access_token");
        store.clear();
        Request request = new Request.Builder().url("https://accounts.example.com/o/oauth2/revoke?token=" + token).build(); // ok: token-in-url
        try (Response response = new OkHttpClient().newCall(request).execute()) {
            Log.i("Account", "revoked: " + response.code());
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
