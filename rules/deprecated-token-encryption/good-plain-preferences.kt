package sample

import android.app.Activity
import android.content.Context
import android.os.Bundle

/** No wrapper at all: that the token lies there in plain text is another control's finding. */
class LoginActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        setTitle("Sign in")
    }

    fun signedIn(token: String) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("access_token", token).apply() // ok: deprecated-token-encryption
    }
}
