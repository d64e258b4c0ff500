package com.franmontiel.persistentcookiejar.persistence;

public class SharedPrefsCookiePersistor {
    public SharedPrefsCookiePersistor(android.content.Context context) {}
}
