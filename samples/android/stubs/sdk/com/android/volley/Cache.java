package com.android.volley;

public interface Cache {
    void clear();
}
