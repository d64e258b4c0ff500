package android.content;

import android.content.res.Resources;
import android.database.sqlite.SQLiteDatabase;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.util.concurrent.Executor;

public abstract class Context {
    public static final int MODE_PRIVATE = 0;
    public static final int MODE_WORLD_READABLE = 1;
    public static final int MODE_WORLD_WRITEABLE = 2;
    public static final int MODE_MULTI_PROCESS = 4;
    public static final String CONNECTIVITY_SERVICE = "connectivity";
    public static final String CLIPBOARD_SERVICE = "clipboard";
    public static final String ACTIVITY_SERVICE = "activity";
    public static final String ALARM_SERVICE = "alarm";

    public abstract SharedPreferences getSharedPreferences(String name, int mode);
    public abstract boolean deleteSharedPreferences(String name);
    public abstract FileInputStream openFileInput(String name) throws FileNotFoundException;
    public abstract FileOutputStream openFileOutput(String name, int mode) throws FileNotFoundException;
    public abstract boolean deleteFile(String name);
    public abstract File getFileStreamPath(String name);
    public abstract String[] fileList();
    public abstract File getDataDir();
    public abstract File getFilesDir();
    public abstract File getNoBackupFilesDir();
    public abstract File getExternalFilesDir(String type);
    public abstract File getCacheDir();
    public abstract File getExternalCacheDir();
    public abstract SQLiteDatabase openOrCreateDatabase(String name, int mode, SQLiteDatabase.CursorFactory factory);
    public abstract boolean deleteDatabase(String name);
    public abstract File getDatabasePath(String name);
    public abstract Context getApplicationContext();
    public abstract String getPackageName();
    public abstract Resources getResources();
    public abstract ContentResolver getContentResolver();
    public abstract Object getSystemService(String name);
    public final native <T> T getSystemService(Class<T> serviceClass);
    public native Executor getMainExecutor();
    public abstract void startActivity(Intent intent);
    public abstract ComponentName startService(Intent service);
    public abstract void sendBroadcast(Intent intent);
    public abstract void sendBroadcast(Intent intent, String receiverPermission);
    public abstract Intent registerReceiver(BroadcastReceiver receiver, IntentFilter filter);
    public final native String getString(int resId);
}
