package com.example.bank.data;

import androidx.room.Database;
import androidx.room.RoomDatabase;

@Database(entities = {CustomerEntity.class}, version = 3)
public abstract class BankDatabase extends RoomDatabase {
    public abstract CustomerDao customers();
}
