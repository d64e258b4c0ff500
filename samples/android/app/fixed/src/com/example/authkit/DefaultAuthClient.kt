package com.example.authkit

import android.content.Context
import android.util.Log
import android.webkit.CookieManager
import android.webkit.WebStorage
import androidx.work.WorkManager
import com.example.bank.Keys
import com.example.bank.RevokeWorker
import com.example.bank.SessionStore
import com.example.bank.SyncWorker
import com.example.bank.data.BankDatabase
import com.example.bank.data.CustomerEntity
import com.example.bank.net.BankApi
import java.io.IOException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

class DefaultAuthClient(
    private val context: Context,
    private val api: BankApi,
    private val store: SessionStore,
    private val database: BankDatabase
) : AuthClient {
    override suspend fun signIn(username: String, password: String) {
        val tokens = withContext(Dispatchers.IO) { api.login(username, password) }
        Log.d(TAG, "signed in, access token received")
        store.put(Keys.ACCESS_TOKEN, tokens.accessToken)
        store.put(Keys.REFRESH_TOKEN, tokens.refreshToken)
        store.put(Keys.tokenOf(tokens.userId), tokens.idToken)
        store.put(Keys.USERNAME, username)
        database.customers().upsert(CustomerEntity(tokens.userId, tokens.name, tokens.iban, ""))
    }

    /** Forgets the session here first, whatever the network does, then at the server. */
    override suspend fun signOut() {
        val refresh = store.get(Keys.REFRESH_TOKEN)
        WorkManager.getInstance(context).cancelUniqueWork(SyncWorker.NAME)
        store.clear()
        database.clearAllTables()
        CookieManager.getInstance().removeAllCookies(null)
        CookieManager.getInstance().flush()
        WebStorage.getInstance().deleteAllData()
        if (refresh != null && !revoked(refresh)) RevokeWorker.enqueue(context, refresh)
    }

    private suspend fun revoked(refresh: String): Boolean = try {
        withContext(Dispatchers.IO) { api.revoke(refresh, "refresh_token") }.isSuccessful
    } catch (e: IOException) {
        Log.w(TAG, "not revoked yet", e)
        false
    }

    override fun accessToken(): String? = store.get(Keys.ACCESS_TOKEN)

    private companion object {
        const val TAG = "AuthKit"
    }
}
