package android.widget;

import android.content.Context;

public abstract class CompoundButton extends Button {
    public CompoundButton(Context context) { super(context); }
    public native boolean isChecked();
    public native void setChecked(boolean checked);
}
