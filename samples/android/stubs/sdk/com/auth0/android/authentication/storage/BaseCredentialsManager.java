package com.auth0.android.authentication.storage;

import com.auth0.android.result.Credentials;

public abstract class BaseCredentialsManager {
    public abstract void saveCredentials(Credentials credentials);
    public abstract void clearCredentials();
    public abstract boolean hasValidCredentials();
}
