package sample

import android.app.Activity
import android.os.Bundle
import android.preference.PreferenceManager
import android.widget.Button
import android.widget.EditText
import okhttp3.FormBody
import okhttp3.OkHttpClient
import okhttp3.Request
import org.json.JSONObject

/** The session id of the login answer, in the default preferences. */
class LoginActivity : Activity() {
    private val client = OkHttpClient()

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val user = EditText(this)
        val password = EditText(this)
        val login = Button(this)
        login.setOnClickListener { Thread { signIn(user.text.toString(), password.text.toString()) }.start() }
        val logout = Button(this)
        logout.setText("Log out")
        logout.setOnClickListener { logout() }
    }

    private fun signIn(user: String, password: String) {
        val form = FormBody.Builder().add("username", user).add("password", password).build()
        val request = Request.Builder().url("https://api.example.com/login").post(form).build()
        val answer = JSONObject(client.newCall(request).execute().body().string())
        val prefs = PreferenceManager.getDefaultSharedPreferences(this)
        prefs.edit().putString("session_id", answer.getString("session_id")).apply() // expect: token-plain-preferences
    }

    private fun logout() {
        val prefs = PreferenceManager.getDefaultSharedPreferences(this)
        val session = prefs.getString("session_id", null) ?: return
        prefs.edit().remove("session_id").apply()
        val request = Request.Builder().url("https://api.example.com/logout").header("X-Session-Id", session).post(FormBody.Builder().build()).build()
        Thread { client.newCall(request).execute().close() }.start()
    }
}
