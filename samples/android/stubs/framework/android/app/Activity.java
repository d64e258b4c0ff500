package android.app;

import android.content.ComponentCallbacks2;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.view.ContextMenu;
import android.view.ContextThemeWrapper;
import android.view.KeyEvent;
import android.view.LayoutInflater;
import android.view.Menu;
import android.view.MenuInflater;
import android.view.MenuItem;
import android.view.View;
import android.view.Window;

public class Activity extends ContextThemeWrapper
        implements LayoutInflater.Factory2, Window.Callback, KeyEvent.Callback,
        View.OnCreateContextMenuListener, ComponentCallbacks2 {
    public static final int RESULT_OK = -1;
    public static final int RESULT_CANCELED = 0;

    public Activity() { super(null, 0); }
    protected native void onCreate(Bundle savedInstanceState);
    protected native void onStart();
    protected native void onResume();
    protected native void onRestart();
    protected native void onPause();
    protected native void onStop();
    protected native void onDestroy();
    protected native void onSaveInstanceState(Bundle outState);
    protected native void onNewIntent(Intent intent);
    protected native void onActivityResult(int requestCode, int resultCode, Intent data);
    public native void onUserInteraction();
    protected native void onUserLeaveHint();
    public native void onBackPressed();
    public native void setContentView(int layoutResID);
    public native void setContentView(View view);
    public native <T extends View> T findViewById(int id);
    public native boolean onCreateOptionsMenu(Menu menu);
    public native boolean onOptionsItemSelected(MenuItem item);
    public native MenuInflater getMenuInflater();
    public native void invalidateOptionsMenu();
    public native Intent getIntent();
    public native Window getWindow();
    public final native Application getApplication();
    public native SharedPreferences getPreferences(int mode);
    public native void finish();
    public native void finishAffinity();
    public native boolean isFinishing();
    public final native void setResult(int resultCode);
    public final native void runOnUiThread(Runnable action);
    public native void startActivityForResult(Intent intent, int requestCode);
    @Override public native void startActivity(Intent intent);
    public final native void setTitle(CharSequence title);
    @Override public native View onCreateView(View parent, String name, android.content.Context context, android.util.AttributeSet attrs);
    @Override public native View onCreateView(String name, android.content.Context context, android.util.AttributeSet attrs);
    @Override public native boolean onMenuItemSelected(int featureId, MenuItem item);
    @Override public native boolean onKeyDown(int keyCode, KeyEvent event);
    @Override public native boolean onKeyUp(int keyCode, KeyEvent event);
    @Override public native void onCreateContextMenu(ContextMenu menu, View v, ContextMenu.ContextMenuInfo menuInfo);
    @Override public native void onLowMemory();
    @Override public native void onTrimMemory(int level);
}
