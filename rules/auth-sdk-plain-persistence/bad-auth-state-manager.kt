package sample

import android.app.Activity
import android.content.Context
import android.os.Bundle
import android.widget.Button
import net.openid.appauth.AuthState
import net.openid.appauth.AuthorizationResponse
import net.openid.appauth.AuthorizationService
import okhttp3.FormBody
import okhttp3.OkHttpClient
import okhttp3.Request

/** The manager class that many apps copy: read and write of AppAuth's state in one place. */
class AuthStateManager(context: Context) {
    private val prefs = context.getSharedPreferences("auth", Context.MODE_PRIVATE)

    fun read(): AuthState {
        val json = prefs.getString("authState", null) ?: return AuthState()
        return AuthState.jsonDeserialize(json)
    }

    fun write(state: AuthState?) {
        val editor = prefs.edit()
        if (state == null) editor.remove("authState") else editor.putString("authState", state.jsonSerializeString()) // expect: auth-sdk-plain-persistence
        editor.apply()
    }
}

class TokenActivity : Activity() {
    private val client = OkHttpClient()

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        val states = AuthStateManager(this)
        val response = AuthorizationResponse.fromIntent(intent)
        AuthorizationService(this).performTokenRequest(response.createTokenExchangeRequest()) { tokens, error ->
            val state = AuthState(response, error)
            state.update(tokens, error)
            states.write(state)
        }
        val logout = Button(this)
        logout.setText("Log out")
        logout.setOnClickListener { logout(states) }
    }

    private fun logout(states: AuthStateManager) {
        val refresh = states.read().refreshToken
        states.write(null)
        val form = FormBody.Builder().add("token", refresh).add("token_type_hint", "refresh_token").build()
        val request = Request.Builder().url("https://id.example.com/oauth2/revoke").post(form).build()
        Thread { client.newCall(request).execute().close() }.start()
    }
}
