package android.database.sqlite;

public final class SQLiteStatement extends SQLiteProgram {
    public native void execute();
    public native int executeUpdateDelete();
    public native long executeInsert();
}
