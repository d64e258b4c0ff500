package com.example.bank.data;

import android.database.Cursor;
import androidx.room.EntityInsertionAdapter;
import androidx.room.RoomDatabase;
import androidx.room.SharedSQLiteStatement;
import androidx.sqlite.db.SupportSQLiteStatement;

/** Written by hand in the shape that Room's compiler gives. */
public final class CustomerDao_Impl implements CustomerDao {
    private final RoomDatabase __db;
    private final EntityInsertionAdapter<CustomerEntity> __insertionAdapterOfCustomerEntity;
    private final SharedSQLiteStatement __preparedStmtOfSetBalance;

    public CustomerDao_Impl(RoomDatabase __db) {
        this.__db = __db;
        this.__insertionAdapterOfCustomerEntity = new EntityInsertionAdapter<CustomerEntity>(__db) {
            @Override protected String createQuery() {
                return "INSERT OR REPLACE INTO `customers` (`id`,`name`,`iban`,`balance`) VALUES (?,?,?,?)";
            }

            @Override protected void bind(SupportSQLiteStatement statement, CustomerEntity entity) {
                statement.bindString(1, entity.id);
                statement.bindString(2, entity.name);
                statement.bindString(3, entity.iban);
                statement.bindString(4, entity.balance);
            }
        };
        this.__preparedStmtOfSetBalance = new SharedSQLiteStatement(__db) {
            @Override protected String createQuery() { return "UPDATE customers SET balance = ? WHERE id = ?"; }
        };
    }

    @Override public void upsert(CustomerEntity customer) {
        __db.beginTransaction();
        try {
            __insertionAdapterOfCustomerEntity.insert(customer);
            __db.setTransactionSuccessful();
        } finally {
            __db.endTransaction();
        }
    }

    @Override public void setBalance(String id, String balance) {
        SupportSQLiteStatement _stmt = __preparedStmtOfSetBalance.acquire();
        _stmt.bindString(1, balance);
        _stmt.bindString(2, id);
        _stmt.executeUpdateDelete();
    }

    @Override public String balance(String id) {
        Cursor _cursor = __db.query("SELECT balance FROM customers WHERE id = ?", new Object[] {id});
        try {
            return _cursor.moveToFirst() ? _cursor.getString(0) : null;
        } finally {
            _cursor.close();
        }
    }
}
