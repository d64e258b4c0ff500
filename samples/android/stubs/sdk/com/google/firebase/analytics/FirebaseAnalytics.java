package com.google.firebase.analytics;

import android.content.Context;
import android.os.Bundle;

public final class FirebaseAnalytics {
    public static native FirebaseAnalytics getInstance(Context context);
    public native void logEvent(String name, Bundle params);
    public native void setUserId(String id);
    public native void setUserProperty(String name, String value);
}
