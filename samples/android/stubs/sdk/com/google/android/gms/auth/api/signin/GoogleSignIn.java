package com.google.android.gms.auth.api.signin;

import com.google.android.gms.tasks.Task;

public final class GoogleSignIn {
    public static native GoogleSignInClient getClient(android.app.Activity activity, GoogleSignInOptions options);
    public static native Task<GoogleSignInAccount> getSignedInAccountFromIntent(android.content.Intent data);
}
