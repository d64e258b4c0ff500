package com.google.android.gms.auth.api.signin;

import com.google.android.gms.tasks.Task;

public class GoogleSignInClient {
    public native android.content.Intent getSignInIntent();
    public native Task<Void> signOut();
    public native Task<Void> revokeAccess();
}
