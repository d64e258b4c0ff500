package com.auth0.android;

public class Auth0 {
    public static native Auth0 getInstance(String clientId, String domain);
}
