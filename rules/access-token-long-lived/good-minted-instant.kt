package sample

import android.app.Activity
import android.os.Bundle
import io.jsonwebtoken.Jwts
import io.jsonwebtoken.SignatureAlgorithm
import java.security.KeyStore
import java.time.Duration
import java.time.Instant
import java.util.Date

/** Half an hour, given as seconds to a helper; the thirty days beside it are how long the key lives. */
class PairingActivity : Activity() {
    private val keyLives = Duration.ofDays(30)

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        setTitle("Paired, " + accessToken("till-7", 1800).length + ", key until " + Instant.now().plus(keyLives))
    }

    private fun accessToken(device: String, seconds: Long): String {
        val keyStore = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        val token = Jwts.builder().setSubject(device).claim("typ", "access_token")
        token.setExpiration(Date.from(Instant.now().plusSeconds(seconds))) // ok: access-token-long-lived
        return token.signWith(keyStore.getKey("pairing", null), SignatureAlgorithm.ES256).compact()
    }
}
