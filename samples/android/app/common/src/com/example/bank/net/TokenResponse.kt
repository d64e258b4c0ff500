package com.example.bank.net

import com.google.gson.annotations.SerializedName

data class TokenResponse(
    @SerializedName("access_token") val accessToken: String = "",
    @SerializedName("refresh_token") val refreshToken: String = "",
    @SerializedName("id_token") val idToken: String = "",
    @SerializedName("expires_in") val expiresIn: Long = 0,
    @SerializedName("user_id") val userId: String = "",
    @SerializedName("name") val name: String = "",
    @SerializedName("iban") val iban: String = ""
)
