package sample

import android.app.Activity
import android.content.Context
import android.hardware.biometrics.BiometricPrompt
import android.os.Bundle
import android.os.CancellationSignal
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.util.Base64
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.spec.GCMParameterSpec

/** The token is decrypted with the prompt's cipher, whose key the hardware would have given without a prompt. */
class VaultActivity : Activity() {
    private val prefs by lazy { getSharedPreferences("session", Context.MODE_PRIVATE) }

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val prompt = BiometricPrompt.Builder(this).setTitle("Unlock").build()
        val cipher = Cipher.getInstance("AES/GCM/NoPadding")
        cipher.init(Cipher.DECRYPT_MODE, key(), GCMParameterSpec(128, Base64.decode(prefs.getString("iv", ""), 0)))
        prompt.authenticate(BiometricPrompt.CryptoObject(cipher), CancellationSignal(), mainExecutor, object : BiometricPrompt.AuthenticationCallback() { // expect: biometric-gate-not-bound
            override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) {
                val token = result.cryptoObject.cipher.doFinal(Base64.decode(prefs.getString("refresh_token", ""), 0))
                setTitle("Signed in, " + token.size)
            }
        })
    }

    fun signedIn(sealed: ByteArray) {
        prefs.edit().putString("refresh_token", Base64.encodeToString(sealed, 0)).apply()
    }

    private fun key(): java.security.Key {
        val keys = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        if (!keys.containsAlias("vault")) {
            val generator = KeyGenerator.getInstance("AES", "AndroidKeyStore")
            generator.init(
                KeyGenParameterSpec.Builder("vault", KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
                    .setBlockModes("GCM").setEncryptionPaddings("NoPadding")
                    .setUserAuthenticationRequired(false).build()
            )
            generator.generateKey()
        }
        return keys.getKey("vault", null)
    }
}
