package android.view;

import android.content.Context;
import android.util.AttributeSet;

public class View implements KeyEvent.Callback {
    public static final int VISIBLE = 0;
    public static final int GONE = 8;

    public interface OnClickListener {
        void onClick(View v);
    }

    public interface OnLongClickListener {
        boolean onLongClick(View v);
    }

    public interface OnCreateContextMenuListener {
        void onCreateContextMenu(ContextMenu menu, View v, ContextMenu.ContextMenuInfo menuInfo);
    }

    public View(Context context) {}
    public View(Context context, AttributeSet attrs) {}
    public native void setOnClickListener(OnClickListener l);
    public native void setOnLongClickListener(OnLongClickListener l);
    public native int getId();
    public native void setVisibility(int visibility);
    public native void setEnabled(boolean enabled);
    public final native <T extends View> T findViewById(int id);
    public final native Context getContext();
    public native boolean post(Runnable action);
    @Override public native boolean onKeyDown(int keyCode, KeyEvent event);
    @Override public native boolean onKeyUp(int keyCode, KeyEvent event);
}
