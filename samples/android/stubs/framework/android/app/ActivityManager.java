package android.app;

public class ActivityManager {
    public native boolean clearApplicationUserData();
}
