package android.app;

import android.content.Context;
import android.content.DialogInterface;

public class Dialog implements DialogInterface {
    public Dialog(Context context) {}
    public native void show();
    @Override public native void cancel();
    @Override public native void dismiss();
}
