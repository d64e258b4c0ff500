package sample;

import android.app.Activity;
import android.os.Bundle;
import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.util.Calendar;

/** A year by the calendar. */
public class GatewayActivity extends Activity {
    private final String secret = getIntent().getStringExtra("gateway");

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        setTitle("Gateway " + accessToken("gate-3").length());
    }

    private String accessToken(String device) {
        Calendar end = Calendar.getInstance();
        end.add(Calendar.YEAR, 1);
        return JWT.create().withSubject(device).withClaim("typ", "Bearer").withExpiresAt(end.getTime()).sign(Algorithm.HMAC256(secret)); // expect: access-token-long-lived
    }
}
