package android.app;

import android.content.Context;
import android.content.DialogInterface;

public class AlertDialog extends Dialog implements DialogInterface {
    protected AlertDialog(Context context) { super(context); }

    public static class Builder {
        public Builder(Context context) {}
        public native Builder setTitle(int titleId);
        public native Builder setMessage(int messageId);
        public native Builder setPositiveButton(int textId, DialogInterface.OnClickListener listener);
        public native Builder setNegativeButton(int textId, DialogInterface.OnClickListener listener);
        public native AlertDialog create();
        public native AlertDialog show();
    }
}
