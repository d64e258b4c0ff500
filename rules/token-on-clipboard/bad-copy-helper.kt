package sample

import android.app.Activity
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Context
import android.content.SharedPreferences
import android.os.Bundle
import android.widget.Button
import androidx.security.crypto.EncryptedSharedPreferences
import androidx.security.crypto.MasterKey

/** The app has one helper for copying; what it copies, the caller says. */
fun Context.copy(label: String, text: String?) {
    val clipboard = getSystemService(Context.CLIPBOARD_SERVICE) as ClipboardManager
    clipboard.setPrimaryClip(ClipData.newPlainText(label, text))
}

class AccountActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val invite = Button(this)
        invite.setOnClickListener { copy("Invitation", "https://example.com/join/" + packageName) }
        val debug = Button(this)
        debug.setOnClickListener { copySession() }
    }

    private fun copySession() {
        copy("Session", SessionStore(this).get("refresh_token")) // expect: token-on-clipboard
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
