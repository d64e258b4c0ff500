package android.content.res;

public class Resources {
    public native String getString(int id);

    public final class Theme {
    }
}
