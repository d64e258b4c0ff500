package androidx.work;

public final class WorkerParameters {
    final Data inputData;
    final int runAttemptCount;

    WorkerParameters(Data inputData, int runAttemptCount) {
        this.inputData = inputData;
        this.runAttemptCount = runAttemptCount;
    }
}
