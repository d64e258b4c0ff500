package sample;

import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.widget.TextView;
import androidx.biometric.BiometricPrompt;
import androidx.fragment.app.FragmentActivity;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** The callback shows what is behind the prompt; the key of the store opens without the user. */
public class UnlockActivity extends FragmentActivity {
    private TextView name;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        name = new TextView(this);
        setContentView(name);
        BiometricPrompt.PromptInfo info = new BiometricPrompt.PromptInfo.Builder()
            .setTitle("Unlock").setNegativeButtonText("Cancel").build();
        prompt().authenticate(info); // expect: biometric-gate-not-bound
    }

    private BiometricPrompt prompt() {
        return new BiometricPrompt(this, getMainExecutor(), new BiometricPrompt.AuthenticationCallback() {
            @Override public void onAuthenticationSucceeded(BiometricPrompt.AuthenticationResult result) {
                super.onAuthenticationSucceeded(result);
                name.setText("Signed in with " + new Vault(UnlockActivity.this).token().length());
            }
        });
    }
}

class Vault {
    private final SharedPreferences prefs;

    Vault(Context context) {
        try {
            MasterKey key = new MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build();
            prefs = EncryptedSharedPreferences.create(context, "vault", key,
                EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
                EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void signedIn(String accessToken) { prefs.edit().putString("access_token", accessToken).apply(); }

    String token() { return prefs.getString("access_token", ""); }
}
