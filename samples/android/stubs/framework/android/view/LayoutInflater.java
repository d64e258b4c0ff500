package android.view;

import android.content.Context;
import android.util.AttributeSet;

public abstract class LayoutInflater {
    public static native LayoutInflater from(Context context);
    public native View inflate(int resource, ViewGroup root, boolean attachToRoot);

    public interface Factory {
        View onCreateView(String name, Context context, AttributeSet attrs);
    }

    public interface Factory2 extends Factory {
        View onCreateView(View parent, String name, Context context, AttributeSet attrs);
    }
}
