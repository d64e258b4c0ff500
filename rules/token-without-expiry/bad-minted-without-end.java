package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.SignatureAlgorithm;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Date;

/** Signed in the app, and nobody said until when. */
public class PairingActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        try {
            setTitle("Paired, " + sessionToken("till-7").length());
        } catch (GeneralSecurityException | IOException e) {
            Log.w("Pairing", "no key", e);
        }
    }

    private String sessionToken(String device) throws GeneralSecurityException, IOException {
        KeyStore keyStore = KeyStore.getInstance("AndroidKeyStore");
        keyStore.load(null);
        Key key = keyStore.getKey("pairing", null);
        JwtBuilder token = Jwts.builder().setSubject(device).claim("typ", "session_token").setIssuedAt(new Date());
        return token.signWith(key, SignatureAlgorithm.ES256).compact(); // expect: token-without-expiry
    }
}
