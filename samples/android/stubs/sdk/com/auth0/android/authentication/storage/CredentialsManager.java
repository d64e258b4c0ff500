package com.auth0.android.authentication.storage;

import com.auth0.android.authentication.AuthenticationAPIClient;
import com.auth0.android.result.Credentials;

public final class CredentialsManager extends BaseCredentialsManager {
    public CredentialsManager(AuthenticationAPIClient authenticationClient, Storage storage) {}
    @Override public native void saveCredentials(Credentials credentials);
    @Override public native void clearCredentials();
    @Override public native boolean hasValidCredentials();
}
