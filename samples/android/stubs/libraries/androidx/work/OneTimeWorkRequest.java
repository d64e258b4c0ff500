package androidx.work;

public final class OneTimeWorkRequest extends WorkRequest {
    OneTimeWorkRequest(Builder builder) { super(builder); }

    public static final class Builder extends WorkRequest.Builder<Builder, OneTimeWorkRequest> {
        public Builder(Class<? extends ListenableWorker> workerClass) { super(workerClass); }

        @Override Builder getThisObject() { return this; }

        @Override public OneTimeWorkRequest build() { return new OneTimeWorkRequest(this); }
    }
}
