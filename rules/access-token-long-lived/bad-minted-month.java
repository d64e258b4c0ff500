package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.SignatureAlgorithm;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Date;

/** The app is its own issuer: it signs a token for its back end and lets it live for 30 days. */
public class PairingActivity extends Activity {
    private static final long MONTH = 30L * 24 * 60 * 60 * 1000;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        try {
            setTitle("Paired, " + accessToken("till-7").length());
        } catch (GeneralSecurityException | IOException e) {
            Log.w("Pairing", "no key", e);
        }
    }

    private String accessToken(String device) throws GeneralSecurityException, IOException {
        KeyStore keyStore = KeyStore.getInstance("AndroidKeyStore");
        keyStore.load(null);
        Date now = new Date();
        JwtBuilder token = Jwts.builder().setSubject(device).claim("typ", "access_token").setIssuedAt(now);
        token.setExpiration(new Date(now.getTime() + MONTH)); // expect: access-token-long-lived
        return token.signWith(keyStore.getKey("pairing", null), SignatureAlgorithm.ES256).compact();
    }
}
