package sample

import android.app.Activity
import android.os.Bundle
import android.webkit.WebView
import androidx.security.crypto.EncryptedSharedPreferences
import androidx.security.crypto.MasterKey

/** Signing the web page in by its address. */
class PortalActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val prefs = EncryptedSharedPreferences.create(
            this, "session", MasterKey.Builder(this).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build(),
            EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
            EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM
        )
        val jwt = prefs.getString("jwt", "")
        val page = WebView(this)
        setContentView(page)
        page.loadUrl("https://portal.example.com/home?jwt=$jwt") // expect: token-in-url
    }
}
