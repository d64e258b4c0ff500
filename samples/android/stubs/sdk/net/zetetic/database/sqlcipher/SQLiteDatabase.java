package net.zetetic.database.sqlcipher;

import android.content.ContentValues;
import android.database.DatabaseErrorHandler;

public final class SQLiteDatabase {
    public interface CursorFactory {
    }

    public static native SQLiteDatabase openOrCreateDatabase(String path, String password, CursorFactory factory, DatabaseErrorHandler errorHandler);
    public native void execSQL(String sql);
    public native long insert(String table, String nullColumnHack, ContentValues values);
    public native int delete(String table, String whereClause, String[] whereArgs);
    public native android.database.Cursor rawQuery(String sql, String[] selectionArgs);
}
