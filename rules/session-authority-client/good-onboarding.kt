package sample

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle

/** A flag that picks a screen and has nothing to do with who is signed in. */
class StartActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val prefs = getSharedPreferences("user", Context.MODE_PRIVATE)
        if (!prefs.getBoolean("intro_seen", false)) { // ok: session-authority-client
            startActivity(Intent(this, IntroActivity::class.java))
        }
    }

    fun remember(password: String) {
        getSharedPreferences("user", Context.MODE_PRIVATE).edit().putString("password", password).apply()
    }
}

class IntroActivity : Activity()
