package android.content;

import android.net.Uri;
import android.os.Bundle;

public class Intent {
    public static final String ACTION_VIEW = "android.intent.action.VIEW";
    public static final String ACTION_SEND = "android.intent.action.SEND";
    public static final int FLAG_ACTIVITY_NEW_TASK = 0x10000000;
    public static final int FLAG_ACTIVITY_CLEAR_TASK = 0x00008000;
    public static final int FLAG_ACTIVITY_CLEAR_TOP = 0x04000000;
    public Intent() {}
    public Intent(String action) {}
    public Intent(String action, Uri uri) {}
    public Intent(Context packageContext, Class<?> cls) {}
    public native Intent addFlags(int flags);
    public native Intent setFlags(int flags);
    public native Intent setAction(String action);
    public native Intent setData(Uri data);
    public native Intent setPackage(String packageName);
    public native Uri getData();
    public native String getAction();
    public native String getStringExtra(String name);
    public native Bundle getExtras();
    public native Intent putExtra(String name, String value);
    public native Intent putExtra(String name, boolean value);
}
