package com.google.android.gms.auth.blockstore;

public final class Blockstore {
    public static native BlockstoreClient getClient(android.content.Context context);
}
