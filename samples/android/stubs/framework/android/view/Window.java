package android.view;

public abstract class Window {
    public native void setFlags(int flags, int mask);

    public interface Callback {
        boolean onMenuItemSelected(int featureId, MenuItem item);
    }
}
