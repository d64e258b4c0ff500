package com.example.bank

import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.widget.Button
import androidx.appcompat.app.AppCompatActivity

class SettingsActivity : AppCompatActivity() {
    private lateinit var model: SettingsViewModel

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        model = SettingsViewModel((application as BankApplication).component().authClient())
        setContentView(R.layout.activity_settings)
        findViewById<Button>(R.id.button_dark_mode).setOnClickListener { toggleDarkMode() }
        findViewById<Button>(R.id.button_language).setOnClickListener { openLanguage() }
        findViewById<Button>(R.id.button_sign_out_here).setOnClickListener { signOut() }
    }

    private fun toggleDarkMode() {
        val ui = getSharedPreferences(Keys.UI_PREFS, Context.MODE_PRIVATE)
        ui.edit().putBoolean(Keys.DARK_MODE, !ui.getBoolean(Keys.DARK_MODE, false)).apply()
    }

    private fun openLanguage() {
        startActivity(Intent("android.settings.LOCALE_SETTINGS"))
    }

    private fun signOut() {
        model.signOut() // expect: logout-partial-clear // expect: logout-no-server-call // expect: webview-cookies-kept // expect: webview-storage-kept // expect: user-data-kept
        startActivity(Intent(this, LoginActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_CLEAR_TOP))
        finish()
    }
}
