package com.auth0.android.authentication.storage;

public interface Storage {
    void store(String name, String value);

    void remove(String name);
}
