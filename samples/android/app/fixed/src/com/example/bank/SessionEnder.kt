package com.example.bank

import com.example.authkit.AuthClient
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch

/** Signs out in a scope that lives as long as the process: the screen that asked is gone by then. */
class SessionEnder(private val auth: AuthClient) {
    fun end() {
        scope.launch { auth.signOut() }
    }

    private companion object {
        val scope = CoroutineScope(Dispatchers.IO)
    }
}
