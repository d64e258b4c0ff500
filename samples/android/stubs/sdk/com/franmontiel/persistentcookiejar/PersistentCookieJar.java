package com.franmontiel.persistentcookiejar;

public class PersistentCookieJar implements okhttp3.CookieJar {
    public PersistentCookieJar(Object cache, com.franmontiel.persistentcookiejar.persistence.SharedPrefsCookiePersistor persistor) {}
    @Override public native void saveFromResponse(okhttp3.HttpUrl url, java.util.List<okhttp3.Cookie> cookies);
    @Override public native java.util.List<okhttp3.Cookie> loadForRequest(okhttp3.HttpUrl url);
    public native void clear();
    public native void clearSession();
}
