package com.amazonaws.mobile.client;

public class SignOutOptions {
    public static native Builder builder();

    public static class Builder {
        public native Builder signOutGlobally(boolean signOutGlobally);
        public native Builder invalidateTokens(boolean invalidateTokens);
        public native SignOutOptions build();
    }
}
