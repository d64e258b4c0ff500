package io.sentry;

public final class Sentry {
    public static native void addBreadcrumb(String message);
    public static native void setTag(String key, String value);
    public static native void setExtra(String key, String value);
}
