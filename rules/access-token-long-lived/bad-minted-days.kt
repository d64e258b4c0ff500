package sample

import android.app.Activity
import android.os.Bundle
import io.jsonwebtoken.Jwts
import io.jsonwebtoken.SignatureAlgorithm
import java.security.KeyStore
import java.util.Date
import kotlin.time.Duration.Companion.days

/** The same month, counted by Kotlin's durations and kept in a property. */
class PairingActivity : Activity() {
    private val lifetime = 30.days

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        setTitle("Paired, " + sessionToken("till-7").length)
    }

    private fun sessionToken(device: String): String {
        val keyStore = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        val token = Jwts.builder().setSubject(device).claim("token_use", "access")
        token.setExpiration(Date(System.currentTimeMillis() + lifetime.inWholeMilliseconds)) // expect: access-token-long-lived
        return token.signWith(keyStore.getKey("pairing", null), SignatureAlgorithm.ES256).compact()
    }
}
