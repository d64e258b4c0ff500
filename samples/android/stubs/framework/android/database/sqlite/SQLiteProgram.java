package android.database.sqlite;

public abstract class SQLiteProgram implements java.io.Closeable {
    public native void bindString(int index, String value);
    public native void bindLong(int index, long value);
    public native void bindNull(int index);
    @Override public native void close();
}
