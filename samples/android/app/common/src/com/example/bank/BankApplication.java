package com.example.bank;

import android.app.Application;
import com.example.bank.di.DaggerBankComponent;

public class BankApplication extends Application {
    private DaggerBankComponent component;

    @Override public void onCreate() {
        super.onCreate();
        component = new DaggerBankComponent(this);
    }

    public DaggerBankComponent component() { return component; }
}
