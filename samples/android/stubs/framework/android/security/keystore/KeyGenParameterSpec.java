package android.security.keystore;

import java.security.spec.AlgorithmParameterSpec;

public final class KeyGenParameterSpec implements AlgorithmParameterSpec {
    public static final class Builder {
        public Builder(String keystoreAlias, int purposes) {}
        public native Builder setBlockModes(String... blockModes);
        public native Builder setEncryptionPaddings(String... paddings);
        public native Builder setKeySize(int keySize);
        public native KeyGenParameterSpec build();
    }
}
