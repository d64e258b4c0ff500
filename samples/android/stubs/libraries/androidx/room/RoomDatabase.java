package androidx.room;

import android.content.Context;
import android.database.Cursor;
import android.database.sqlite.SQLiteDatabase;
import android.database.sqlite.SQLiteOpenHelper;
import android.database.sqlite.SQLiteStatement;
import androidx.sqlite.db.SupportSQLiteDatabase;
import androidx.sqlite.db.SupportSQLiteStatement;

public abstract class RoomDatabase {
    private SQLiteOpenHelper helper;

    public RoomDatabase() {}

    protected abstract RoomOpenHelper.Delegate createOpenDelegate();

    public abstract void clearAllTables();

    void init(Context context, String name) {
        RoomOpenHelper.Delegate delegate = createOpenDelegate();
        helper = new SQLiteOpenHelper(context, name, null, delegate.version) {
            @Override public void onCreate(SQLiteDatabase db) { delegate.createAllTables(new FrameworkDatabase(db)); }

            @Override public void onUpgrade(SQLiteDatabase db, int oldVersion, int newVersion) {
                delegate.dropAllTables(new FrameworkDatabase(db));
                delegate.createAllTables(new FrameworkDatabase(db));
            }
        };
    }

    public SupportSQLiteDatabase getWritableDatabase() { return new FrameworkDatabase(helper.getWritableDatabase()); }

    public SupportSQLiteStatement compileStatement(String sql) { return getWritableDatabase().compileStatement(sql); }

    public Cursor query(String sql, Object[] args) { return getWritableDatabase().query(sql); }

    public void beginTransaction() { helper.getWritableDatabase().beginTransaction(); }

    public void setTransactionSuccessful() { helper.getWritableDatabase().setTransactionSuccessful(); }

    public void endTransaction() { helper.getWritableDatabase().endTransaction(); }

    private static final class FrameworkDatabase implements SupportSQLiteDatabase {
        private final SQLiteDatabase db;

        FrameworkDatabase(SQLiteDatabase db) { this.db = db; }

        @Override public void execSQL(String sql) { db.execSQL(sql); }

        @Override public SupportSQLiteStatement compileStatement(String sql) { return new FrameworkStatement(db.compileStatement(sql)); }

        @Override public Cursor query(String query) { return db.rawQuery(query, null); }
    }

    private static final class FrameworkStatement implements SupportSQLiteStatement {
        private final SQLiteStatement statement;

        FrameworkStatement(SQLiteStatement statement) { this.statement = statement; }

        @Override public void bindNull(int index) { statement.bindNull(index); }

        @Override public void bindLong(int index, long value) { statement.bindLong(index, value); }

        @Override public void bindString(int index, String value) { statement.bindString(index, value); }

        @Override public int executeUpdateDelete() { return statement.executeUpdateDelete(); }

        @Override public long executeInsert() { return statement.executeInsert(); }
    }

    public static class Builder<T extends RoomDatabase> {
        private final Context context;
        private final Class<T> klass;
        private final String name;

        Builder(Context context, Class<T> klass, String name) {
            this.context = context;
            this.klass = klass;
            this.name = name;
        }

        @SuppressWarnings("unchecked")
        public T build() {
            try {
                T database = (T) Class.forName(klass.getName() + "_Impl").getDeclaredConstructor().newInstance();
                database.init(context, name);
                return database;
            } catch (ReflectiveOperationException e) {
                throw new RuntimeException("Cannot find implementation for " + klass.getName(), e);
            }
        }
    }
}
