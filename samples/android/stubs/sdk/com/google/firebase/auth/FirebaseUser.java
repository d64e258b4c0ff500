package com.google.firebase.auth;

import com.google.android.gms.tasks.Task;

public abstract class FirebaseUser {
    public native Task<GetTokenResult> getIdToken(boolean forceRefresh);
    public abstract String getUid();
}
