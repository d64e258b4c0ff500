package sample

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.hardware.biometrics.BiometricPrompt
import android.os.Bundle
import android.os.CancellationSignal
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator

/** A crypto object goes into the prompt, and nobody looks at it again: passing is a callback all the same. */
class LockActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val prompt = BiometricPrompt.Builder(this).setTitle("Unlock").build()
        prompt.authenticate(BiometricPrompt.CryptoObject(cipher()), CancellationSignal(), mainExecutor, Passed(this)) // expect: biometric-gate-not-bound
    }

    fun signedIn(token: String) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("refresh_token", token).apply()
    }

    private fun cipher(): Cipher {
        val keys = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        if (!keys.containsAlias("lock")) {
            val generator = KeyGenerator.getInstance("AES", "AndroidKeyStore")
            generator.init(
                KeyGenParameterSpec.Builder("lock", KeyProperties.PURPOSE_ENCRYPT)
                    .setBlockModes("GCM").setEncryptionPaddings("NoPadding")
                    .setUserAuthenticationRequired(true).build()
            )
            generator.generateKey()
        }
        return Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.ENCRYPT_MODE, keys.getKey("lock", null)) }
    }
}

private class Passed(private val activity: Activity) : BiometricPrompt.AuthenticationCallback() {
    override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) {
        activity.startActivity(Intent(activity, HomeActivity::class.java))
        activity.finish()
    }
}

class HomeActivity : Activity()
