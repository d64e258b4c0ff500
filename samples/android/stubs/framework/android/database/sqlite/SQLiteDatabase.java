package android.database.sqlite;

import android.content.ContentValues;
import android.database.Cursor;
import android.database.SQLException;

public final class SQLiteDatabase implements java.io.Closeable {
    public static final int CONFLICT_REPLACE = 5;

    public interface CursorFactory {
    }

    public native long insert(String table, String nullColumnHack, ContentValues values);
    public native long insertOrThrow(String table, String nullColumnHack, ContentValues values) throws SQLException;
    public native long insertWithOnConflict(String table, String nullColumnHack, ContentValues values, int conflictAlgorithm);
    public native long replace(String table, String nullColumnHack, ContentValues values);
    public native int update(String table, ContentValues values, String whereClause, String[] whereArgs);
    public native int delete(String table, String whereClause, String[] whereArgs);
    public native void execSQL(String sql) throws SQLException;
    public native void execSQL(String sql, Object[] bindArgs) throws SQLException;
    public native Cursor rawQuery(String sql, String[] selectionArgs);
    public native Cursor query(String table, String[] columns, String selection, String[] selectionArgs, String groupBy, String having, String orderBy);
    public native SQLiteStatement compileStatement(String sql) throws SQLException;
    public native void beginTransaction();
    public native void setTransactionSuccessful();
    public native void endTransaction();
    @Override public native void close();
}
