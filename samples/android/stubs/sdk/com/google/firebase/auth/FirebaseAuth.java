package com.google.firebase.auth;

import com.google.android.gms.tasks.Task;

public abstract class FirebaseAuth {
    public static native FirebaseAuth getInstance();
    public native Task<AuthResult> signInWithEmailAndPassword(String email, String password);
    public native FirebaseUser getCurrentUser();
    public native void signOut();
}
