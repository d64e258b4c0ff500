package sample;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.SignatureAlgorithm;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Date;
import java.util.concurrent.TimeUnit;

/** A signed invitation may wait in a mailbox for a week: it opens a form, not a session. */
public class InviteActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText mail = new EditText(this);
        Button invite = new Button(this);
        invite.setOnClickListener(v -> invite(mail.getText().toString()));
    }

    private void invite(String mail) {
        try {
            KeyStore keyStore = KeyStore.getInstance("AndroidKeyStore");
            keyStore.load(null);
            JwtBuilder invitation = Jwts.builder().setSubject(mail).claim("purpose", "email-verification");
            invitation.setExpiration(new Date(System.currentTimeMillis() + TimeUnit.DAYS.toMillis(7))); // ok: access-token-long-lived
            String signed = invitation.signWith(keyStore.getKey("invite", null), SignatureAlgorithm.ES256).compact();
            startActivity(new Intent(Intent.ACTION_SEND).putExtra("invitation", "https://example.com/invite/" + signed));
        } catch (GeneralSecurityException | IOException e) {
            Log.w("Invite", "no key", e);
        }
    }
}
