package com.example.bank

import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import com.example.authkit.AuthClient
import kotlinx.coroutines.launch

class SettingsViewModel(private val auth: AuthClient) : ViewModel() {
    fun signOut() {
        viewModelScope.launch { auth.signOut() }
    }
}
