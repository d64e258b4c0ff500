package com.google.android.gms.auth.blockstore;

public class DeleteBytesRequest {
    public static final class Builder {
        public Builder() {}
        public native Builder setDeleteAll(boolean deleteAll);
        public native DeleteBytesRequest build();
    }
}
