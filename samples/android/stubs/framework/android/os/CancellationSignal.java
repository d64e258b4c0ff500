package android.os;

public final class CancellationSignal {
    public CancellationSignal() {}
    public native void cancel();
}
