package com.example.bank;

import android.content.Context;
import androidx.work.Constraints;
import androidx.work.ExistingWorkPolicy;
import androidx.work.NetworkType;
import androidx.work.OneTimeWorkRequest;
import androidx.work.WorkManager;
import androidx.work.Worker;
import androidx.work.WorkerParameters;
import java.io.IOException;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Tells the server later what it could not be told at the sign-out: until it has answered, a sealed record waits. */
public final class RevokeWorker extends Worker {
    private static final String NAME = "revoke";
    private static final String PENDING_PREFS = "revocations";
    private static final String PENDING = "pending_revocation";

    public RevokeWorker(Context context, WorkerParameters params) { super(context, params); }

    public static void enqueue(Context context, String refreshToken) {
        new SessionStore(context, PENDING_PREFS).put(PENDING, refreshToken);
        OneTimeWorkRequest work = new OneTimeWorkRequest.Builder(RevokeWorker.class)
            .setConstraints(new Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build())
            .build();
        WorkManager.getInstance(context).enqueueUniqueWork(NAME, ExistingWorkPolicy.APPEND, work);
    }

    @Override public Result doWork() {
        SessionStore pending = new SessionStore(getApplicationContext(), PENDING_PREFS);
        String refresh = pending.get(PENDING);
        if (refresh == null) return Result.success();
        RequestBody form = new FormBody.Builder().add("token", refresh).add("token_type_hint", "refresh_token").build();
        Request request = new Request.Builder().url("https://api.bank.example/v1/oauth/revoke").post(form).build();
        try (Response response = new OkHttpClient().newCall(request).execute()) {
            if (!response.isSuccessful()) return Result.retry();
            pending.remove(PENDING);
            return Result.success();
        } catch (IOException e) {
            return Result.retry();
        }
    }
}
