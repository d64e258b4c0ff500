package kotlin;

public final class UninitializedPropertyAccessException extends RuntimeException {
    public UninitializedPropertyAccessException(String message) { super(message); }
}
