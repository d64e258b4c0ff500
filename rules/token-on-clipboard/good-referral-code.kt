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

/** What is copied is made for others: a link to share, and whether somebody is signed in. */
class ShareActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val share = Button(this)
        share.setOnClickListener { share() }
    }

    private fun share() {
        val store = SessionStore(this)
        val token = store.get("access_token")
        val clipboard = getSystemService(Context.CLIPBOARD_SERVICE) as ClipboardManager
        clipboard.setPrimaryClip(ClipData.newPlainText("Token for friends", store.get("referral_code"))) // ok: token-on-clipboard
        clipboard.setPrimaryClip(ClipData.newPlainText("Signed in", if (token != null) "yes" else "no")) // ok: token-on-clipboard
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
