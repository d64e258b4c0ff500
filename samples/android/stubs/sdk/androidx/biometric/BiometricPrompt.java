package androidx.biometric;

import androidx.fragment.app.FragmentActivity;
import java.util.concurrent.Executor;
import javax.crypto.Cipher;

public class BiometricPrompt {
    public BiometricPrompt(FragmentActivity activity, Executor executor, AuthenticationCallback callback) {}
    public native void authenticate(PromptInfo info);
    public native void authenticate(PromptInfo info, CryptoObject crypto);

    public static class CryptoObject {
        public CryptoObject(Cipher cipher) {}
        public native Cipher getCipher();
    }

    public static class AuthenticationResult {
        public native CryptoObject getCryptoObject();
    }

    public abstract static class AuthenticationCallback {
        public void onAuthenticationError(int errorCode, CharSequence errString) {}
        public void onAuthenticationSucceeded(AuthenticationResult result) {}
        public void onAuthenticationFailed() {}
    }

    public static class PromptInfo {
        public static class Builder {
            public native Builder setTitle(CharSequence title);
            public native Builder setNegativeButtonText(CharSequence text);
            public native Builder setAllowedAuthenticators(int allowedAuthenticators);
            public native PromptInfo build();
        }
    }
}
