package android.content;

import android.content.res.Resources;
import android.database.sqlite.SQLiteDatabase;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;

public class ContextWrapper extends Context {
    public ContextWrapper(Context base) {}
    protected native void attachBaseContext(Context base);
    public native Context getBaseContext();
    @Override public native SharedPreferences getSharedPreferences(String name, int mode);
    @Override public native boolean deleteSharedPreferences(String name);
    @Override public native FileInputStream openFileInput(String name) throws FileNotFoundException;
    @Override public native FileOutputStream openFileOutput(String name, int mode) throws FileNotFoundException;
    @Override public native boolean deleteFile(String name);
    @Override public native File getFileStreamPath(String name);
    @Override public native String[] fileList();
    @Override public native File getDataDir();
    @Override public native File getFilesDir();
    @Override public native File getNoBackupFilesDir();
    @Override public native File getExternalFilesDir(String type);
    @Override public native File getCacheDir();
    @Override public native File getExternalCacheDir();
    @Override public native SQLiteDatabase openOrCreateDatabase(String name, int mode, SQLiteDatabase.CursorFactory factory);
    @Override public native boolean deleteDatabase(String name);
    @Override public native File getDatabasePath(String name);
    @Override public native Context getApplicationContext();
    @Override public native String getPackageName();
    @Override public native Resources getResources();
    @Override public native ContentResolver getContentResolver();
    @Override public native Object getSystemService(String name);
    @Override public native void startActivity(Intent intent);
    @Override public native ComponentName startService(Intent service);
    @Override public native void sendBroadcast(Intent intent);
    @Override public native void sendBroadcast(Intent intent, String receiverPermission);
    @Override public native Intent registerReceiver(BroadcastReceiver receiver, IntentFilter filter);
}
