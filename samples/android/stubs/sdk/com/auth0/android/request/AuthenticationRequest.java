package com.auth0.android.request;

import com.auth0.android.authentication.AuthenticationException;
import com.auth0.android.result.Credentials;

public interface AuthenticationRequest extends Request<Credentials, AuthenticationException> {
}
