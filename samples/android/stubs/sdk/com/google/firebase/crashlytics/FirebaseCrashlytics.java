package com.google.firebase.crashlytics;

public class FirebaseCrashlytics {
    public static native FirebaseCrashlytics getInstance();
    public native void log(String message);
    public native void recordException(Throwable throwable);
    public native void setCustomKey(String key, String value);
    public native void setCustomKey(String key, boolean value);
    public native void setUserId(String identifier);
}
