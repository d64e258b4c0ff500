package com.google.android.gms.auth.blockstore;

public interface BlockstoreClient {
    com.google.android.gms.tasks.Task<Integer> storeBytes(StoreBytesData data);
    com.google.android.gms.tasks.Task<Boolean> deleteBytes(DeleteBytesRequest request);
}
