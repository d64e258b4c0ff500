package androidx.room;

import androidx.sqlite.db.SupportSQLiteStatement;

public abstract class SharedSQLiteStatement {
    private final RoomDatabase database;

    public SharedSQLiteStatement(RoomDatabase database) { this.database = database; }

    protected abstract String createQuery();

    public SupportSQLiteStatement acquire() { return database.compileStatement(createQuery()); }
}
