package androidx.work;

import java.util.concurrent.TimeUnit;

public final class PeriodicWorkRequest extends WorkRequest {
    final long intervalMillis;

    PeriodicWorkRequest(Builder builder) {
        super(builder);
        intervalMillis = builder.intervalMillis;
    }

    public static final class Builder extends WorkRequest.Builder<Builder, PeriodicWorkRequest> {
        private final long intervalMillis;

        public Builder(Class<? extends ListenableWorker> workerClass, long repeatInterval, TimeUnit timeUnit) {
            super(workerClass);
            intervalMillis = timeUnit.toMillis(repeatInterval);
        }

        @Override Builder getThisObject() { return this; }

        @Override public PeriodicWorkRequest build() { return new PeriodicWorkRequest(this); }
    }
}
