package com.example.bank

import android.content.Intent
import android.os.Bundle
import android.util.Log
import android.widget.Button
import android.widget.EditText
import androidx.appcompat.app.AppCompatActivity
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.PeriodicWorkRequest
import androidx.work.WorkManager
import com.example.authkit.AuthClient
import com.example.bank.net.BankApi
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.launch

class LoginActivity : AppCompatActivity() {
    private lateinit var auth: AuthClient
    private lateinit var api: BankApi
    private lateinit var store: SessionStore

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val component = (application as BankApplication).component()
        auth = component.authClient()
        api = component.api()
        store = component.sessionStore()
        setContentView(R.layout.activity_login)
        findViewById<Button>(R.id.button_login).setOnClickListener { login() }
        findViewById<Button>(R.id.button_demo).setOnClickListener { demo() }
        val username = store.get(Keys.USERNAME)
        val password = store.get(Keys.PASSWORD)
        if (username != null && password != null) signIn(username, password)
    }

    private fun login() {
        val username = findViewById<EditText>(R.id.username).text.toString()
        val password = findViewById<EditText>(R.id.password).text.toString()
        signIn(username, password)
    }

    private fun signIn(username: String, password: String) {
        GlobalScope.launch(Dispatchers.IO) {
            auth.signIn(username, password)
            openAccount()
        }
    }

    private fun demo() {
        GlobalScope.launch(Dispatchers.IO) {
            val answer = api.refresh("refresh_token", DemoAccount.REFRESH_TOKEN).execute() // expect: embedded-session-credential // expect: token-without-expiry
            Log.d("Login", "demo session: " + answer.code())
            if (answer.isSuccessful) openAccount()
        }
    }

    private fun openAccount() {
        val sync = PeriodicWorkRequest.Builder(SyncWorker::class.java, 6, TimeUnit.HOURS).build()
        WorkManager.getInstance(this).enqueueUniquePeriodicWork(SyncWorker.NAME, ExistingPeriodicWorkPolicy.KEEP, sync)
        startActivity(Intent(this, AccountActivity::class.java))
        finish()
    }
}
