package com.auth0.android.authentication;

import com.auth0.android.Auth0;
import com.auth0.android.request.AuthenticationRequest;
import com.auth0.android.request.Request;

public final class AuthenticationAPIClient {
    public AuthenticationAPIClient(Auth0 auth0) {}
    public native AuthenticationRequest login(String usernameOrEmail, String password, String realmOrConnection);
    public native Request<Void, AuthenticationException> revokeToken(String refreshToken);
}
