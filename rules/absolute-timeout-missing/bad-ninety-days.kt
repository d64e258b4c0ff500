package sample

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle
import java.util.concurrent.TimeUnit

/** The same over a property, and ninety days. */
class StartActivity : Activity() {
    private var sessionStartedAt = 0L

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        sessionStartedAt = getSharedPreferences("session", Context.MODE_PRIVATE).getLong("started", 0)
        check()
    }

    private fun check() {
        val age = System.currentTimeMillis() - sessionStartedAt
        if (age >= TimeUnit.DAYS.toMillis(90)) // expect: absolute-timeout-missing
            startActivity(Intent(this, LoginActivity::class.java))
    }
}

class LoginActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        setTitle("Sign in")
    }

    fun signedIn(token: String) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("refresh_token", token).apply()
    }
}
