package com.example.bank;

import android.content.Context;
import android.content.SharedPreferences;

/** Strings under keys, in the app's preferences. */
public final class SessionStore {
    private final SharedPreferences prefs;

    public SessionStore(Context context) { prefs = context.getSharedPreferences(Keys.SESSION_PREFS, Context.MODE_PRIVATE); }

    public void put(String key, String value) { prefs.edit().putString(key, value).apply(); }

    public String get(String key) { return prefs.getString(key, null); }

    public void remove(String key) { prefs.edit().remove(key).apply(); }
}
