package androidx.work;

import java.util.concurrent.TimeUnit;

public abstract class WorkRequest {
    final String workerClassName;
    final Data input;
    final Constraints constraints;

    WorkRequest(Builder<?, ?> builder) {
        workerClassName = builder.workerClass.getName();
        input = builder.input;
        constraints = builder.constraints;
    }

    public abstract static class Builder<B extends Builder<B, ?>, W extends WorkRequest> {
        final Class<? extends ListenableWorker> workerClass;
        Data input = Data.EMPTY;
        Constraints constraints;

        Builder(Class<? extends ListenableWorker> workerClass) { this.workerClass = workerClass; }

        abstract B getThisObject();

        public final B setInputData(Data inputData) {
            input = inputData;
            return getThisObject();
        }

        public final B setConstraints(Constraints constraints) {
            this.constraints = constraints;
            return getThisObject();
        }

        public B setInitialDelay(long duration, TimeUnit timeUnit) { return getThisObject(); }

        public abstract W build();
    }
}
