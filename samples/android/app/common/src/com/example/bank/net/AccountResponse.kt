package com.example.bank.net

import com.google.gson.annotations.SerializedName

data class AccountResponse(
    @SerializedName("iban") val iban: String = "",
    @SerializedName("balance") val balance: String = "",
    @SerializedName("sync_token") val syncToken: String = ""
)
