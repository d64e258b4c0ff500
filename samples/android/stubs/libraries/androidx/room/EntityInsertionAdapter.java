package androidx.room;

import androidx.sqlite.db.SupportSQLiteStatement;

public abstract class EntityInsertionAdapter<T> extends SharedSQLiteStatement {
    public EntityInsertionAdapter(RoomDatabase database) { super(database); }

    protected abstract void bind(SupportSQLiteStatement statement, T entity);

    public final void insert(T entity) {
        SupportSQLiteStatement statement = acquire();
        bind(statement, entity);
        statement.executeInsert();
    }
}
