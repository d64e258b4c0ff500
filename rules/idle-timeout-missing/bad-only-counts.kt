package sample

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.os.SystemClock
import android.util.Log

// expect-app: idle-timeout-missing
/** Looks at the clock when it comes to the front, to count how long people read; it locks nothing. */
class ReaderActivity : Activity() {
    private var since = 0L

    override fun onStart() {
        super.onStart()
        since = SystemClock.elapsedRealtime()
    }

    override fun onStop() {
        super.onStop()
        val read = SystemClock.elapsedRealtime() - since
        if (read > 60_000) Log.i("Reader", "a long read")
    }

    fun signOut() {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().clear().apply()
        startActivity(Intent(this, LoginActivity::class.java))
    }
}

class LoginActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        startActivity(Intent(this, ReaderActivity::class.java))
    }

    fun signedIn(token: String) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("refresh_token", token).apply()
    }
}
