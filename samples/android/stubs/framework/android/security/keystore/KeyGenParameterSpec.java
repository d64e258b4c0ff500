package android.security.keystore;

import java.security.spec.AlgorithmParameterSpec;

public final class KeyGenParameterSpec implements AlgorithmParameterSpec {
    public static final class Builder {
        public Builder(String keystoreAlias, int purposes) {}
        public native Builder setBlockModes(String... blockModes);
        public native Builder setEncryptionPaddings(String... paddings);
        public native Builder setKeySize(int keySize);
        public native Builder setUserAuthenticationRequired(boolean required);
        public native Builder setUserAuthenticationParameters(int timeout, int type);
        public native Builder setUserAuthenticationValidityDurationSeconds(int seconds);
        public native Builder setInvalidatedByBiometricEnrollment(boolean invalidateKey);
        public native Builder setDigests(String... digests);
        public native KeyGenParameterSpec build();
    }
}
