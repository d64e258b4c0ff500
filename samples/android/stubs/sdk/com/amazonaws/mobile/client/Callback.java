package com.amazonaws.mobile.client;

public interface Callback<R> {
    void onResult(R result);

    void onError(Exception e);
}
