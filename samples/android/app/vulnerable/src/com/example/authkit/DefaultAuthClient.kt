package com.example.authkit

import android.content.Context
import android.util.Log
import com.example.bank.Keys
import com.example.bank.SessionStore
import com.example.bank.Vault
import com.example.bank.data.BankDatabase
import com.example.bank.data.CustomerEntity
import com.example.bank.net.BankApi
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
        Log.d(TAG, "signed in, access token " + tokens.accessToken) // expect: token-in-logs
        store.put(Keys.ACCESS_TOKEN, tokens.accessToken) // expect: token-plain-preferences
        store.put(Keys.REFRESH_TOKEN, tokens.refreshToken) // expect: token-plain-preferences
        store.put(Keys.tokenOf(tokens.userId), Vault.seal(tokens.idToken))
        store.put(Keys.USERNAME, username)
        store.put(Keys.PASSWORD, password) // expect: stored-password-relogin
        val account = withContext(Dispatchers.IO) { api.account("Bearer " + tokens.accessToken).execute() }
        val syncToken = account.body()?.syncToken ?: ""
        database.customers().upsert(CustomerEntity(tokens.userId, tokens.name, tokens.iban, "", syncToken)) // expect: token-plain-file
    }

    override suspend fun signOut() {
        val user = store.get(Keys.USERNAME)
        withContext(Dispatchers.IO) {
            store.remove(Keys.ACCESS_TOKEN)
            store.remove(Keys.REFRESH_TOKEN)
        }
        Log.i(TAG, "signed out $user")
    }

    override fun accessToken(): String? = store.get(Keys.ACCESS_TOKEN)

    private companion object {
        const val TAG = "AuthKit"
    }
}
