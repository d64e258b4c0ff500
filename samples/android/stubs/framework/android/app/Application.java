package android.app;

import android.content.ComponentCallbacks2;
import android.content.ContextWrapper;

public class Application extends ContextWrapper implements ComponentCallbacks2 {
    public Application() { super(null); }
    public native void onCreate();
    @Override public native void onLowMemory();
    @Override public native void onTrimMemory(int level);
}
