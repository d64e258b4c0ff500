package com.example.bank

import androidx.lifecycle.ViewModel
import com.example.authkit.AuthClient

class SettingsViewModel(auth: AuthClient) : ViewModel() {
    private val ender = SessionEnder(auth)

    fun signOut() {
        ender.end()
    }
}
