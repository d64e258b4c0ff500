package android.widget;

import android.content.Context;
import android.util.AttributeSet;
import android.view.View;

public class TextView extends View {
    public TextView(Context context) { super(context); }
    public TextView(Context context, AttributeSet attrs) { super(context, attrs); }
    public final native void setText(CharSequence text);
    public final native void setText(int resid);
    public native CharSequence getText();
    public native void setError(CharSequence error);
}
