package com.example.bank.data;

import androidx.room.Entity;
import androidx.room.PrimaryKey;

@Entity(tableName = "customers")
public final class CustomerEntity {
    @PrimaryKey public final String id;
    public final String name;
    public final String iban;
    public final String balance;

    public CustomerEntity(String id, String name, String iban, String balance) {
        this.id = id;
        this.name = name;
        this.iban = iban;
        this.balance = balance;
    }
}
