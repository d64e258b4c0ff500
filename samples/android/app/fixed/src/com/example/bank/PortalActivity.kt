package com.example.bank

import android.os.Bundle
import android.webkit.CookieManager
import android.webkit.WebView

/** The bank's web pages, signed in with the app's own session. */
class PortalActivity : SessionActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val session = (application as BankApplication).component().authClient().accessToken()
        val cookies = CookieManager.getInstance()
        cookies.setAcceptCookie(true)
        cookies.setCookie(PORTAL, "sid=$session; Secure; HttpOnly; SameSite=Strict")
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
