package com.example.bank

import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.widget.Button
import android.widget.EditText
import androidx.appcompat.app.AppCompatActivity
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.PeriodicWorkRequest
import androidx.work.WorkManager
import com.example.authkit.AuthClient
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.launch

class LoginActivity : AppCompatActivity() {
    private lateinit var auth: AuthClient

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        auth = (application as BankApplication).component().authClient()
        setContentView(R.layout.activity_login)
        findViewById<Button>(R.id.button_login).setOnClickListener { login() }
        findViewById<Button>(R.id.button_demo).setOnClickListener { demo() }
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

    /** The demo is a page for everybody: no account and no token are needed. */
    private fun demo() {
        startActivity(Intent(Intent.ACTION_VIEW, Uri.parse("https://www.bank.example/demo")))
    }

    private fun openAccount() {
        val sync = PeriodicWorkRequest.Builder(SyncWorker::class.java, 6, TimeUnit.HOURS).build()
        WorkManager.getInstance(this).enqueueUniquePeriodicWork(SyncWorker.NAME, ExistingPeriodicWorkPolicy.KEEP, sync)
        startActivity(Intent(this, AccountActivity::class.java))
        finish()
    }
}
