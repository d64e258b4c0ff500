package sample

import android.app.Activity
import android.os.Bundle
import android.widget.Button
import android.widget.EditText
import androidx.security.crypto.EncryptedSharedPreferences
import androidx.security.crypto.MasterKey
import okhttp3.FormBody
import okhttp3.OkHttpClient
import okhttp3.Request
import org.json.JSONObject

/** The PIN is the second half of every login request, so the app keeps it. */
class PinActivity : Activity() {
    private val client = OkHttpClient()

    private fun prefs() = EncryptedSharedPreferences.create(
        this, "pin", MasterKey.Builder(this).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build(),
        EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
        EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM
    )

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val pin = EditText(this)
        val login = Button(this)
        login.setOnClickListener { first(pin.text.toString()) }
        val kept = prefs().getString("login_pin", null)
        if (kept != null) Thread { login(kept) }.start()
        val logout = Button(this)
        logout.setText("Log out")
        logout.setOnClickListener { logout() }
    }

    private fun first(pin: String) {
        prefs().edit().putString("login_pin", pin).apply() // expect: stored-password-relogin
        Thread { login(pin) }.start()
    }

    private fun login(pin: String) {
        val form = FormBody.Builder().add("customer", "4711").add("pin", pin).build()
        val request = Request.Builder().url("https://api.example.com/login").post(form).build()
        val answer = JSONObject(client.newCall(request).execute().body().string())
        prefs().edit().putString("session_token", answer.getString("session_token")).apply()
    }

    private fun logout() {
        val session = prefs().getString("session_token", "")
        prefs().edit().clear().apply()
        val request = Request.Builder().url("https://api.example.com/logout").header("Authorization", "Bearer $session").post(FormBody.Builder().build()).build()
        Thread { client.newCall(request).execute().close() }.start()
    }
}
