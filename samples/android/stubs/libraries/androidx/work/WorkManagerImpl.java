package androidx.work;

import android.content.Context;
import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The real one lives in androidx.work.impl and keeps its work in a database. */
final class WorkManagerImpl extends WorkManager implements Operation {
    private final Context context;
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private final Map<String, ScheduledFuture<?>> named = new HashMap<>();

    WorkManagerImpl(Context context) { this.context = context; }

    @Override public Operation enqueue(WorkRequest request) { return start("", request); }

    @Override public Operation enqueueUniqueWork(String uniqueWorkName, ExistingWorkPolicy policy, OneTimeWorkRequest work) {
        return start(uniqueWorkName, work);
    }

    @Override public Operation enqueueUniquePeriodicWork(String uniqueWorkName, ExistingPeriodicWorkPolicy policy, PeriodicWorkRequest work) {
        return start(uniqueWorkName, work);
    }

    private synchronized Operation start(String name, WorkRequest request) {
        Runnable attempt = () -> run(request, 0);
        ScheduledFuture<?> future = request instanceof PeriodicWorkRequest
            ? executor.scheduleWithFixedDelay(attempt, 0, ((PeriodicWorkRequest) request).intervalMillis, TimeUnit.MILLISECONDS)
            : executor.schedule(attempt, 0, TimeUnit.MILLISECONDS);
        named.put(name, future);
        return this;
    }

    private void run(WorkRequest request, int attempt) {
        try {
            Constructor<?> constructor = Class.forName(request.workerClassName).getDeclaredConstructor(Context.class, WorkerParameters.class);
            ListenableWorker worker = (ListenableWorker) constructor.newInstance(context, new WorkerParameters(request.input, attempt));
            if (worker.run() instanceof ListenableWorker.Result.Retry) {
                executor.schedule(() -> run(request, attempt + 1), 30L << Math.min(attempt, 10), TimeUnit.SECONDS);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Could not instantiate " + request.workerClassName, e);
        }
    }

    @Override public synchronized Operation cancelUniqueWork(String uniqueWorkName) {
        ScheduledFuture<?> future = named.remove(uniqueWorkName);
        if (future != null) future.cancel(true);
        return this;
    }

    @Override public synchronized Operation cancelAllWork() {
        for (ScheduledFuture<?> future : named.values()) future.cancel(true);
        named.clear();
        return this;
    }
}
