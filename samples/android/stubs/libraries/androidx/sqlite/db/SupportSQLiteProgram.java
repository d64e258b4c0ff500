package androidx.sqlite.db;

public interface SupportSQLiteProgram {
    void bindNull(int index);

    void bindLong(int index, long value);

    void bindString(int index, String value);
}
