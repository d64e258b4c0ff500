package sample

import android.app.Activity
import android.content.Context
import android.os.Bundle
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.util.Base64
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator

/** The key that signs contracts outlives a new finger, and no session hangs on it. */
class VaultActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        makeKey()
    }

    fun signedIn(token: String) {
        val keys = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        val cipher = Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.ENCRYPT_MODE, keys.getKey("contract-signing", null)) }
        val sealed = Base64.encodeToString(cipher.doFinal(token.toByteArray()), 0)
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("refresh_token", sealed).apply()
    }

    private fun makeKey() {
        val generator = KeyGenerator.getInstance("AES", "AndroidKeyStore")
        val spec = KeyGenParameterSpec.Builder("contract-signing", KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
        spec.setBlockModes("GCM").setEncryptionPaddings("NoPadding")
        spec.setUserAuthenticationRequired(true)
        spec.setInvalidatedByBiometricEnrollment(false) // ok: biometric-key-params
        generator.init(spec.build())
        generator.generateKey()
    }
}
