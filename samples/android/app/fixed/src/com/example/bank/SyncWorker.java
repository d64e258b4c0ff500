package com.example.bank;

import android.content.Context;
import android.util.Log;
import androidx.work.Worker;
import androidx.work.WorkerParameters;
import com.example.bank.di.DaggerBankComponent;
import com.example.bank.net.AccountResponse;
import java.io.IOException;
import retrofit2.Response;

/** Keeps the balance fresh in the background. */
public final class SyncWorker extends Worker {
    public static final String NAME = "sync-account";

    public SyncWorker(Context context, WorkerParameters params) { super(context, params); }

    @Override public Result doWork() {
        DaggerBankComponent component = ((BankApplication) getApplicationContext()).component();
        String token = component.sessionStore().get(Keys.ACCESS_TOKEN);
        if (token == null) return Result.success();
        try {
            Response<AccountResponse> answer = component.api().account("Bearer " + token).execute();
            if (!answer.isSuccessful()) return Result.retry();
            component.database().customers().setBalance(answer.body().getIban(), answer.body().getBalance());
            return Result.success();
        } catch (IOException e) {
            Log.w("SyncWorker", "sync failed", e);
            return Result.retry();
        }
    }
}
