package android.webkit;

public class WebStorage {
    public static native WebStorage getInstance();
    public native void deleteAllData();
}
