package android.os;

public final class PersistableBundle {
    public PersistableBundle() {}
    public native void putBoolean(String key, boolean value);
}
