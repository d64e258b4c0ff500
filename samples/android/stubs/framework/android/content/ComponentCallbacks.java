package android.content;

public interface ComponentCallbacks {
    void onLowMemory();
}
