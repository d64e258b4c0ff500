package sample

import android.content.Context
import android.os.Bundle
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.util.Base64
import androidx.biometric.BiometricPrompt
import androidx.fragment.app.FragmentActivity
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.spec.GCMParameterSpec

/** The same helper, and what it is told to run only looks at a flag: the crypto object was for nothing. */
object Prompts {
    fun prompt(activity: FragmentActivity, passed: (BiometricPrompt.AuthenticationResult) -> Unit): BiometricPrompt =
        BiometricPrompt(activity, activity.mainExecutor, object : BiometricPrompt.AuthenticationCallback() {
            override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) {
                super.onAuthenticationSucceeded(result)
                passed(result)
            }
        })

    fun info(): BiometricPrompt.PromptInfo = BiometricPrompt.PromptInfo.Builder().setTitle("Sign in").build()
}

class SignInActivity : FragmentActivity() {
    private val prefs by lazy { getSharedPreferences("session", Context.MODE_PRIVATE) }

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val cipher = Cipher.getInstance("AES/GCM/NoPadding")
        cipher.init(Cipher.DECRYPT_MODE, key(), GCMParameterSpec(128, Base64.decode(prefs.getString("iv", ""), 0)))
        Prompts.prompt(this, ::open).authenticate(Prompts.info(), BiometricPrompt.CryptoObject(cipher)) // expect: biometric-gate-not-bound
    }

    private fun open(@Suppress("UNUSED_PARAMETER") result: BiometricPrompt.AuthenticationResult) {
        val token = prefs.getString("refresh_token", "")!!
        setTitle("Signed in, " + token.length)
    }

    fun signedIn(sealed: ByteArray) {
        prefs.edit().putString("refresh_token", Base64.encodeToString(sealed, 0)).apply()
    }

    private fun key(): java.security.Key {
        val keys = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        if (!keys.containsAlias("session")) {
            val generator = KeyGenerator.getInstance("AES", "AndroidKeyStore")
            generator.init(
                KeyGenParameterSpec.Builder("session", KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
                    .setBlockModes("GCM").setEncryptionPaddings("NoPadding").setUserAuthenticationRequired(true).build()
            )
            generator.generateKey()
        }
        return keys.getKey("session", null)
    }
}
