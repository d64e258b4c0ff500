package sample

import android.app.Activity
import android.content.Context
import android.content.SharedPreferences
import android.os.Bundle
import androidx.security.crypto.EncryptedSharedPreferences
import androidx.security.crypto.MasterKey

/** The same behind the app's own interface. */
interface Secrets {
    fun put(key: String, value: String)
}

class Sealed(context: Context) : Secrets {
    private val prefs: SharedPreferences = EncryptedSharedPreferences.create( // expect: deprecated-token-encryption
        context, "sealed", MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build(),
        EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
        EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM
    )

    override fun put(key: String, value: String) = prefs.edit().putString(key, value).apply()
}

class LoginActivity : Activity() {
    private lateinit var secrets: Secrets

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        secrets = Sealed(this)
    }

    fun signedIn(token: String) = secrets.put("session_token", token)
}
