package com.google.android.gms.auth.api.signin;

public class GoogleSignInAccount {
    public native String getIdToken();
    public native String getServerAuthCode();
}
