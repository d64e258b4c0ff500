package com.example.authkit

/** The bank's own sign-in kit; other apps of the house use it too. */
interface AuthClient {
    suspend fun signIn(username: String, password: String)

    suspend fun signOut()

    fun accessToken(): String?
}
