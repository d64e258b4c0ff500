package kotlin;

import java.io.Serializable;

public final class Result<T> implements Serializable {
    private Result() {}

    public static final class Failure implements Serializable {
        public final Throwable exception;

        public Failure(Throwable exception) { this.exception = exception; }
    }
}
