package sample

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle

/** The flag behind the app's own session class. */
class Session(context: Context) {
    private val prefs = context.getSharedPreferences("session", Context.MODE_PRIVATE)

    val loggedIn get() = prefs.getBoolean(LOGGED_IN, false)

    fun open(pin: String) {
        prefs.edit().putString("pin", pin).putBoolean(LOGGED_IN, true).apply()
    }

    private companion object { const val LOGGED_IN = "IS_LOGGED_IN" }
}

class StartActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        if (!Session(this).loggedIn) { // expect: session-authority-client
            startActivity(Intent(this, LoginActivity::class.java))
            finish()
        }
    }
}

class LoginActivity : Activity()
