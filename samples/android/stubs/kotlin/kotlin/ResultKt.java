package kotlin;

public final class ResultKt {
    private ResultKt() {}

    public static Object createFailure(Throwable exception) { return new Result.Failure(exception); }

    public static void throwOnFailure(Object result) {
        if (result instanceof Result.Failure) throw ResultKt.<RuntimeException>sneaky(((Result.Failure) result).exception);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E sneaky(Throwable t) throws E { throw (E) t; }
}
