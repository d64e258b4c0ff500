package com.auth0.android.authentication.storage;

public final class SharedPreferencesStorage implements Storage {
    public SharedPreferencesStorage(android.content.Context context) {}
    public SharedPreferencesStorage(android.content.Context context, String sharedPreferencesName) {}
    @Override public native void store(String name, String value);
    @Override public native void remove(String name);
}
