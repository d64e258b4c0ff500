package com.android.volley;

public class RequestQueue {
    public native <T> Request<T> add(Request<T> request);
    public native Cache getCache();
}
