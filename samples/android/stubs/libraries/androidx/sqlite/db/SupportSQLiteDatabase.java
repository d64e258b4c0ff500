package androidx.sqlite.db;

import android.database.Cursor;

public interface SupportSQLiteDatabase {
    void execSQL(String sql);

    SupportSQLiteStatement compileStatement(String sql);

    Cursor query(String query);
}
