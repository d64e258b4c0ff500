package timber.log;

public final class Timber {
    public static native void d(String message, Object... args);
    public static native void w(String message, Object... args);
}
