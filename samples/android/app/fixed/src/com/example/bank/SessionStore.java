package com.example.bank;

import android.content.Context;
import android.content.SharedPreferences;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Strings under keys, encrypted with a key of the device's key store. */
public final class SessionStore {
    private final SharedPreferences prefs;

    public SessionStore(Context context) { this(context, Keys.SESSION_PREFS); }

    public SessionStore(Context context, String name) {
        try {
            MasterKey key = new MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build();
            prefs = EncryptedSharedPreferences.create(context, name, key,
                EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
                EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no key store", e);
        }
    }

    public void put(String key, String value) { prefs.edit().putString(key, value).apply(); }

    public String get(String key) { return prefs.getString(key, null); }

    public void remove(String key) { prefs.edit().remove(key).apply(); }

    public void clear() { prefs.edit().clear().commit(); }
}
