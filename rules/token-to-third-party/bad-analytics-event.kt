package sample

import android.app.Activity
import android.content.Context
import android.content.SharedPreferences
import android.os.Bundle
import androidx.security.crypto.EncryptedSharedPreferences
import androidx.security.crypto.MasterKey
import com.google.firebase.analytics.FirebaseAnalytics
import io.sentry.Sentry

/** The event that says that somebody signed in has the refresh token in it; a wrapper sends it. */
class Tracker(private val context: Context) {
    fun report(name: String, detail: String?) {
        Sentry.addBreadcrumb("$name $detail")
    }

    fun signedIn(refreshToken: String) {
        val event = Bundle()
        event.putString("method", "password")
        event.putString("refresh_token", refreshToken)
        FirebaseAnalytics.getInstance(context).logEvent("login", event) // expect: token-to-third-party
    }
}

class LoginActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val store = SessionStore(this)
        Tracker(this).signedIn(store.get("refresh_token") ?: return)
        Tracker(this).report("login", store.get("access_token")) // expect: token-to-third-party
        Tracker(this).report("screen", "login")
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
