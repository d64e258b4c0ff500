package androidx.sqlite.db;

public interface SupportSQLiteStatement extends SupportSQLiteProgram {
    int executeUpdateDelete();

    long executeInsert();
}
