package com.amazonaws.mobile.client;

import com.amazonaws.mobile.client.results.SignInResult;
import java.util.Map;

public final class AWSMobileClient {
    public static native AWSMobileClient getInstance();
    public native void signIn(String username, String password, Map<String, String> validationData, Callback<SignInResult> callback);
    public native void signOut();
    public native void signOut(SignOutOptions signOutOptions, Callback<Void> callback);
}
