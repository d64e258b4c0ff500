package com.example.bank.data;

import androidx.room.RoomOpenHelper;
import androidx.sqlite.db.SupportSQLiteDatabase;

/** Written by hand in the shape that Room's compiler gives. */
public final class BankDatabase_Impl extends BankDatabase {
    private volatile CustomerDao _customerDao;

    @Override protected RoomOpenHelper.Delegate createOpenDelegate() {
        return new RoomOpenHelper.Delegate(3) {
            @Override public void createAllTables(SupportSQLiteDatabase db) {
                db.execSQL("CREATE TABLE IF NOT EXISTS `customers` (`id` TEXT NOT NULL, `name` TEXT, `iban` TEXT, `balance` TEXT, PRIMARY KEY(`id`))");
            }

            @Override public void dropAllTables(SupportSQLiteDatabase db) {
                db.execSQL("DROP TABLE IF EXISTS `customers`");
            }
        };
    }

    @Override public void clearAllTables() {
        beginTransaction();
        try {
            getWritableDatabase().execSQL("DELETE FROM `customers`");
            setTransactionSuccessful();
        } finally {
            endTransaction();
        }
    }

    @Override public CustomerDao customers() {
        if (_customerDao == null) {
            synchronized (this) {
                if (_customerDao == null) _customerDao = new CustomerDao_Impl(this);
            }
        }
        return _customerDao;
    }
}
