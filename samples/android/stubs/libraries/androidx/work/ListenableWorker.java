package androidx.work;

import android.content.Context;

public abstract class ListenableWorker {
    private final Context appContext;
    private final WorkerParameters params;

    public ListenableWorker(Context appContext, WorkerParameters workerParams) {
        this.appContext = appContext;
        params = workerParams;
    }

    public final Context getApplicationContext() { return appContext; }

    public final Data getInputData() { return params.inputData; }

    public final int getRunAttemptCount() { return params.runAttemptCount; }

    abstract Result run();

    public abstract static class Result {
        Result() {}

        public static Result success() { return new Success(); }

        public static Result failure() { return new Failure(); }

        public static Result retry() { return new Retry(); }

        public static final class Success extends Result {
        }

        public static final class Failure extends Result {
        }

        public static final class Retry extends Result {
        }
    }
}
