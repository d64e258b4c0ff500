package com.example.bank.data;

import androidx.room.Dao;
import androidx.room.Insert;
import androidx.room.Query;

@Dao
public interface CustomerDao {
    @Insert(onConflict = 1)
    void upsert(CustomerEntity customer);

    @Query("UPDATE customers SET balance = :balance WHERE id = :id")
    void setBalance(String id, String balance);

    @Query("SELECT balance FROM customers WHERE id = :id")
    String balance(String id);
}
