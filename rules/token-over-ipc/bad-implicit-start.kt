package sample

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.content.SharedPreferences
import android.os.Bundle
import android.widget.Button
import androidx.security.crypto.EncryptedSharedPreferences
import androidx.security.crypto.MasterKey

/** The screen is the app's own, but whoever declares the action may be opened instead. */
class MenuActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val open = Button(this)
        open.setOnClickListener { openStatement() }
    }

    private fun openStatement() {
        startActivity(Intent("com.example.sample.STATEMENT").putExtra("session_token", SessionStore(this).get("session_token"))) // expect: token-over-ipc
    }
}

class SessionStore(context: Context) {
    private val prefs: SharedPreferences = EncryptedSharedPreferences.create(
        context, "session", MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build(),
        EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
        EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM,
    )

    fun get(key: String): String? = prefs.getString(key, null)

    fun put(key: String, value: String) = prefs.edit().putString(key, value).apply()
}
