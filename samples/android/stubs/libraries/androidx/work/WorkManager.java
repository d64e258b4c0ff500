package androidx.work;

import android.content.Context;

public abstract class WorkManager {
    private static WorkManager instance;

    protected WorkManager() {}

    public static synchronized WorkManager getInstance(Context context) {
        if (instance == null) instance = new WorkManagerImpl(context.getApplicationContext());
        return instance;
    }

    public abstract Operation enqueue(WorkRequest request);

    public abstract Operation enqueueUniqueWork(String uniqueWorkName, ExistingWorkPolicy policy, OneTimeWorkRequest work);

    public abstract Operation enqueueUniquePeriodicWork(String uniqueWorkName, ExistingPeriodicWorkPolicy policy, PeriodicWorkRequest work);

    public abstract Operation cancelUniqueWork(String uniqueWorkName);

    public abstract Operation cancelAllWork();
}
