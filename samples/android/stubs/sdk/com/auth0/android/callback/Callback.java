package com.auth0.android.callback;

import com.auth0.android.Auth0Exception;

public interface Callback<T, U extends Auth0Exception> {
    void onSuccess(T result);

    void onFailure(U error);
}
