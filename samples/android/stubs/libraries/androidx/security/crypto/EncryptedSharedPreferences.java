package androidx.security.crypto;

import android.content.Context;
import android.content.SharedPreferences;
import android.util.Base64;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

public final class EncryptedSharedPreferences implements SharedPreferences {
    private final SharedPreferences preferences;
    private final SecretKey key;

    EncryptedSharedPreferences(SharedPreferences preferences, SecretKey key) {
        this.preferences = preferences;
        this.key = key;
    }

    public static SharedPreferences create(Context context, String fileName, MasterKey masterKey,
            PrefKeyEncryptionScheme prefKeyEncryptionScheme, PrefValueEncryptionScheme prefValueEncryptionScheme)
            throws GeneralSecurityException, IOException {
        KeyStore keyStore = KeyStore.getInstance("AndroidKeyStore");
        keyStore.load(null);
        SecretKey key = (SecretKey) keyStore.getKey(masterKey.alias, null);
        return new EncryptedSharedPreferences(context.getSharedPreferences(fileName, Context.MODE_PRIVATE), key);
    }

    public enum PrefKeyEncryptionScheme { AES256_SIV }

    public enum PrefValueEncryptionScheme { AES256_GCM }

    String seal(String value) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key);
            byte[] sealed = cipher.doFinal(value.getBytes(StandardCharsets.UTF_8));
            byte[] iv = cipher.getIV();
            byte[] all = Arrays.copyOf(iv, iv.length + sealed.length);
            System.arraycopy(sealed, 0, all, iv.length, sealed.length);
            return Base64.encodeToString(all, Base64.NO_WRAP);
        } catch (GeneralSecurityException e) {
            throw new SecurityException("Could not encrypt data. " + e.getMessage(), e);
        }
    }

    String open(String sealed) {
        try {
            byte[] all = Base64.decode(sealed, Base64.NO_WRAP);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, all, 0, 12));
            return new String(cipher.doFinal(all, 12, all.length - 12), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new SecurityException("Could not decrypt value. " + e.getMessage(), e);
        }
    }

    private String read(String key) {
        String sealed = preferences.getString(key, null);
        return sealed == null ? null : open(sealed);
    }

    @Override public Map<String, ?> getAll() { return preferences.getAll(); }

    @Override public String getString(String key, String defValue) {
        String value = read(key);
        return value == null ? defValue : value;
    }

    @Override public Set<String> getStringSet(String key, Set<String> defValues) {
        String value = read(key);
        return value == null ? defValues : new HashSet<>(Arrays.asList(value.split("\n")));
    }

    @Override public int getInt(String key, int defValue) {
        String value = read(key);
        return value == null ? defValue : Integer.parseInt(value);
    }

    @Override public long getLong(String key, long defValue) {
        String value = read(key);
        return value == null ? defValue : Long.parseLong(value);
    }

    @Override public float getFloat(String key, float defValue) {
        String value = read(key);
        return value == null ? defValue : Float.parseFloat(value);
    }

    @Override public boolean getBoolean(String key, boolean defValue) {
        String value = read(key);
        return value == null ? defValue : Boolean.parseBoolean(value);
    }

    @Override public boolean contains(String key) { return preferences.contains(key); }

    @Override public SharedPreferences.Editor edit() { return new Editor(this, preferences.edit()); }

    @Override public void registerOnSharedPreferenceChangeListener(OnSharedPreferenceChangeListener listener) {
        preferences.registerOnSharedPreferenceChangeListener(listener);
    }

    @Override public void unregisterOnSharedPreferenceChangeListener(OnSharedPreferenceChangeListener listener) {
        preferences.unregisterOnSharedPreferenceChangeListener(listener);
    }

    private static final class Editor implements SharedPreferences.Editor {
        private final EncryptedSharedPreferences owner;
        private final SharedPreferences.Editor editor;

        Editor(EncryptedSharedPreferences owner, SharedPreferences.Editor editor) {
            this.owner = owner;
            this.editor = editor;
        }

        private SharedPreferences.Editor put(String key, String value) {
            if (value == null) editor.remove(key);
            else editor.putString(key, owner.seal(value));
            return this;
        }

        @Override public SharedPreferences.Editor putString(String key, String value) { return put(key, value); }

        @Override public SharedPreferences.Editor putStringSet(String key, Set<String> values) { return put(key, String.join("\n", values)); }

        @Override public SharedPreferences.Editor putInt(String key, int value) { return put(key, Integer.toString(value)); }

        @Override public SharedPreferences.Editor putLong(String key, long value) { return put(key, Long.toString(value)); }

        @Override public SharedPreferences.Editor putFloat(String key, float value) { return put(key, Float.toString(value)); }

        @Override public SharedPreferences.Editor putBoolean(String key, boolean value) { return put(key, Boolean.toString(value)); }

        @Override public SharedPreferences.Editor remove(String key) {
            editor.remove(key);
            return this;
        }

        @Override public SharedPreferences.Editor clear() {
            editor.clear();
            return this;
        }

        @Override public boolean commit() { return editor.commit(); }

        @Override public void apply() { editor.apply(); }
    }
}
