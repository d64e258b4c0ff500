package android.hardware.biometrics;

import android.content.Context;
import android.os.CancellationSignal;
import java.util.concurrent.Executor;
import javax.crypto.Cipher;

public class BiometricPrompt {
    public native void authenticate(CancellationSignal cancel, Executor executor, AuthenticationCallback callback);
    public native void authenticate(CryptoObject crypto, CancellationSignal cancel, Executor executor, AuthenticationCallback callback);

    public static final class CryptoObject {
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

    public static class Builder {
        public Builder(Context context) {}
        public native Builder setTitle(CharSequence title);
        public native Builder setAllowedAuthenticators(int authenticators);
        public native BiometricPrompt build();
    }
}
