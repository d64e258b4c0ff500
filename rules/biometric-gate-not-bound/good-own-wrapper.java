package sample;

import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.security.keystore.KeyGenParameterSpec;
import android.security.keystore.KeyProperties;
import android.util.Base64;
import android.util.Log;
import androidx.biometric.BiometricPrompt;
import androidx.fragment.app.FragmentActivity;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;

/** Asks without a crypto object, for a key that one proof opens for ten seconds. */
public class SealActivity extends FragmentActivity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Gate gate = new Gate(this);
        gate.ask(() -> seal(getIntent().getStringExtra("token")));
    }

    private void seal(String token) {
        SharedPreferences prefs = getSharedPreferences("session", Context.MODE_PRIVATE);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, Gate.key());
            byte[] sealed = cipher.doFinal(token.getBytes());
            prefs.edit().putString("access_token", Base64.encodeToString(sealed, 0)).apply();
        } catch (GeneralSecurityException | java.io.IOException e) {
            Log.w("Seal", "not kept", e);
        }
    }
}

class Gate {
    private final FragmentActivity activity;

    Gate(FragmentActivity activity) { this.activity = activity; }

    void ask(Runnable then) {
        BiometricPrompt.PromptInfo info = new BiometricPrompt.PromptInfo.Builder().setTitle("Keep me signed in").build();
        new BiometricPrompt(activity, activity.getMainExecutor(), new BiometricPrompt.AuthenticationCallback() {
            @Override public void onAuthenticationSucceeded(BiometricPrompt.AuthenticationResult result) { then.run(); }
        }).authenticate(info); // ok: biometric-gate-not-bound
    }

    static java.security.Key key() throws GeneralSecurityException, java.io.IOException {
        KeyStore keys = KeyStore.getInstance("AndroidKeyStore");
        keys.load(null);
        if (!keys.containsAlias("session")) {
            KeyGenerator generator = KeyGenerator.getInstance("AES", "AndroidKeyStore");
            generator.init(new KeyGenParameterSpec.Builder("session", KeyProperties.PURPOSE_ENCRYPT | KeyProperties.PURPOSE_DECRYPT)
                .setBlockModes("GCM").setEncryptionPaddings("NoPadding")
                .setUserAuthenticationRequired(true)
                .setUserAuthenticationParameters(10, KeyProperties.AUTH_BIOMETRIC_STRONG).build());
            generator.generateKey();
        }
        return keys.getKey("session", null);
    }
}
