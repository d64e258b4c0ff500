package com.auth0.android.authentication.storage;

import com.auth0.android.authentication.AuthenticationAPIClient;
import com.auth0.android.result.Credentials;

public final class SecureCredentialsManager extends BaseCredentialsManager {
    public SecureCredentialsManager(android.content.Context context, AuthenticationAPIClient apiClient, Storage storage) {}
    @Override public native void saveCredentials(Credentials credentials);
    @Override public native void clearCredentials();
    @Override public native boolean hasValidCredentials();
}
