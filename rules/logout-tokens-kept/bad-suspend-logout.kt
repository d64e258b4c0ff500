package sample

import android.app.Activity
import android.content.Context
import android.os.Bundle
import android.util.Log
import android.widget.Button
import android.widget.EditText
import androidx.security.crypto.EncryptedSharedPreferences
import androidx.security.crypto.MasterKey
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import okhttp3.FormBody
import okhttp3.OkHttpClient
import okhttp3.Request
import org.json.JSONObject

/** A suspending logout: the request is sent on another thread, the store is left alone. */
class Session(context: Context) {
    private val prefs = EncryptedSharedPreferences.create(
        context, "session", MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build(),
        EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
        EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM
    )
    private val client = OkHttpClient()

    fun login(user: String, password: String) {
        val form = FormBody.Builder().add("username", user).add("password", password).build()
        val request = Request.Builder().url("https://api.example.com/login").post(form).build()
        val answer = JSONObject(client.newCall(request).execute().body().string())
        prefs.edit().putString("refresh_token", answer.getString("refresh_token")).apply()
    }

    suspend fun logout() {
        val refresh = prefs.getString("refresh_token", null) ?: return
        val form = FormBody.Builder().add("token", refresh).add("token_type_hint", "refresh_token").build()
        val request = Request.Builder().url("https://api.example.com/oauth/revoke").post(form).build()
        val code = withContext(Dispatchers.IO) { client.newCall(request).execute().code() }
        Log.i("Session", "revoked: $code")
    }
}

class AccountActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val session = Session(this)
        val user = EditText(this)
        val password = EditText(this)
        val login = Button(this)
        login.setOnClickListener { Thread { session.login(user.text.toString(), password.text.toString()) }.start() }
        val logout = Button(this)
        logout.setText("Log out")
        logout.setOnClickListener {
            GlobalScope.launch(Dispatchers.IO) { // expect: logout-tokens-kept
                session.logout()
                finish()
            }
        }
    }
}
