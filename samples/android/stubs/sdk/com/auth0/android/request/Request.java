package com.auth0.android.request;

import com.auth0.android.Auth0Exception;
import com.auth0.android.callback.Callback;

public interface Request<T, U extends Auth0Exception> {
    void start(Callback<T, U> callback);

    T execute();
}
