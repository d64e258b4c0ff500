package com.auth0.android.result;

public final class Credentials {
    public native String getAccessToken();
    public native String getIdToken();
    public native String getRefreshToken();
}
