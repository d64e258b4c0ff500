package com.example.bank.net

import retrofit2.Call
import retrofit2.Response
import retrofit2.http.DELETE
import retrofit2.http.Field
import retrofit2.http.FormUrlEncoded
import retrofit2.http.GET
import retrofit2.http.Header
import retrofit2.http.POST

interface BankApi {
    @FormUrlEncoded
    @POST("v1/session")
    suspend fun login(@Field("username") username: String, @Field("password") password: String): TokenResponse

    @FormUrlEncoded
    @POST("v1/oauth/token")
    fun refresh(@Field("grant_type") grantType: String, @Field("refresh_token") refreshToken: String): Call<TokenResponse>

    @GET("v1/account")
    fun account(@Header("Authorization") authorization: String): Call<AccountResponse>

    @DELETE("v1/session")
    fun endSession(@Header("Authorization") authorization: String): Call<Void>

    @FormUrlEncoded
    @POST("v1/oauth/revoke")
    suspend fun revoke(@Field("token") token: String, @Field("token_type_hint") hint: String): Response<Void>
}
