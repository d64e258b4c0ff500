package androidx.lifecycle;

public class ProcessLifecycleOwner implements LifecycleOwner {
    public static native LifecycleOwner get();
}
