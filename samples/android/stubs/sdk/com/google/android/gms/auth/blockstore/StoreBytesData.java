package com.google.android.gms.auth.blockstore;

public class StoreBytesData {
    public static final class Builder {
        public Builder() {}
        public native Builder setKey(String key);
        public native Builder setBytes(byte[] bytes);
        public native StoreBytesData build();
    }
}
