package androidx.room;

import androidx.sqlite.db.SupportSQLiteDatabase;

public class RoomOpenHelper {
    private RoomOpenHelper() {}

    public abstract static class Delegate {
        public final int version;

        public Delegate(int version) { this.version = version; }

        public abstract void createAllTables(SupportSQLiteDatabase db);

        public abstract void dropAllTables(SupportSQLiteDatabase db);
    }
}
