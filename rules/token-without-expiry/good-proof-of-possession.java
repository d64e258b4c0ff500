package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.SignatureAlgorithm;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Date;
import java.util.UUID;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** A DPoP proof is a signed JWT without an end, good for one request: its id and its time are checked. */
public class AccountActivity extends Activity {
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Thread(this::load).start();
    }

    private String proof(String method, String url) throws GeneralSecurityException, IOException {
        KeyStore keyStore = KeyStore.getInstance("AndroidKeyStore");
        keyStore.load(null);
        JwtBuilder proof = Jwts.builder().setHeaderParam("typ", "dpop+jwt").setId(UUID.randomUUID().toString());
        proof.setIssuedAt(new Date()).claim("htm", method).claim("htu", url);
        return proof.signWith(keyStore.getKey("dpop", null), SignatureAlgorithm.ES256).compact(); // ok: token-without-expiry
    }

    private void load() {
        String url = "https://api.example.com/account";
        try {
            String token = new SessionStore(this).get("access_token");
            Request request = new Request.Builder().url(url).header("Authorization", "DPoP " + token).header("DPoP", proof("GET", url)).build();
            client.newCall(request).execute().close();
        } catch (GeneralSecurityException | IOException e) {
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
