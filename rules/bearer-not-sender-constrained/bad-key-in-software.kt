package sample

import android.app.Activity
import android.content.Context
import android.os.Bundle
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Signature
import okhttp3.Request

/** A proof with every request, by a key that lies in memory and files like the token itself. */
class AccountActivity : Activity() {
    private val keys: KeyPair by lazy {
        KeyPairGenerator.getInstance("EC").generateKeyPair() // expect: bearer-not-sender-constrained
    }

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        setTitle(request("https://api.example.com/account").toString())
    }

    private fun request(url: String): Request {
        val signature = Signature.getInstance("SHA256withECDSA").apply { initSign(keys.private); update(url.toByteArray()) }
        return Request.Builder().url(url).header("DPoP", signature.sign().decodeToString()).build()
    }

    fun signedIn(token: String) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("access_token", token).apply()
    }
}
