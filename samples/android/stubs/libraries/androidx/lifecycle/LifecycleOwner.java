package androidx.lifecycle;

public interface LifecycleOwner {
    default Lifecycle getLifecycle() { return null; }
}
