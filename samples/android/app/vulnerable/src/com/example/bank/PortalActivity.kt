package com.example.bank

import android.os.Bundle
import android.webkit.CookieManager
import android.webkit.WebView
import androidx.appcompat.app.AppCompatActivity

/** The bank's web pages, signed in with the app's own session. */
class PortalActivity : AppCompatActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val session = (application as BankApplication).component().authClient().accessToken()
        val cookies = CookieManager.getInstance()
        cookies.setAcceptCookie(true)
        cookies.setCookie(PORTAL, "sid=$session; Max-Age=31536000; Secure; HttpOnly") // expect: persistent-session-cookie
        setContentView(R.layout.activity_portal)
        val portal = findViewById<WebView>(R.id.portal)
        portal.settings.setJavaScriptEnabled(true)
        portal.settings.setDomStorageEnabled(true)
        portal.loadUrl("$PORTAL/messages")
    }

    private companion object {
        const val PORTAL = "https://portal.bank.example"
    }
}
