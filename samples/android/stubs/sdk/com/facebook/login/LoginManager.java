package com.facebook.login;

public class LoginManager {
    public static native LoginManager getInstance();
    public native void logInWithReadPermissions(android.app.Activity activity, java.util.Collection<String> permissions);
    public native void logOut();
}
