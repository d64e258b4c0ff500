package sample

import android.app.Activity
import android.app.Application
import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.os.SystemClock
import androidx.lifecycle.DefaultLifecycleObserver
import androidx.lifecycle.LifecycleOwner
import androidx.lifecycle.ProcessLifecycleOwner

/** Five minutes in the background, and the way back leads over the login. */
class BankApp : Application() {
    override fun onCreate() {
        super.onCreate()
        ProcessLifecycleOwner.get().lifecycle.addObserver(IdleLock(this)) // ok: idle-timeout-missing
    }
}

class IdleLock(private val app: Application) : DefaultLifecycleObserver {
    private var left = 0L

    override fun onStop(owner: LifecycleOwner) {
        left = SystemClock.elapsedRealtime()
    }

    override fun onStart(owner: LifecycleOwner) {
        if (left != 0L && SystemClock.elapsedRealtime() - left > LIMIT) {
            app.getSharedPreferences("session", Context.MODE_PRIVATE).edit().clear().commit()
            app.startActivity(Intent(app, LoginActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
        }
    }

    private companion object { const val LIMIT = 5 * 60 * 1000L }
}

class LoginActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        setTitle("Sign in")
    }

    fun signedIn(token: String) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("access_token", token).apply()
    }
}
