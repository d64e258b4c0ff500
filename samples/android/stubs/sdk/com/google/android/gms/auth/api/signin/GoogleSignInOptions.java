package com.google.android.gms.auth.api.signin;

public class GoogleSignInOptions {
    public static final class Builder {
        public Builder() {}
        public native Builder requestIdToken(String serverClientId);
        public native Builder requestServerAuthCode(String serverClientId, boolean forceCodeForRefreshToken);
        public native GoogleSignInOptions build();
    }
}
