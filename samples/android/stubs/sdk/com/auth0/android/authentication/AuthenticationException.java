package com.auth0.android.authentication;

public final class AuthenticationException extends com.auth0.android.Auth0Exception {
}
