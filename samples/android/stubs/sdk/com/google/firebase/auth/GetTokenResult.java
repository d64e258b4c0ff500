package com.google.firebase.auth;

public class GetTokenResult {
    public native String getToken();
}
