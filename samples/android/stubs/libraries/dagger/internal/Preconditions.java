package dagger.internal;

public final class Preconditions {
    private Preconditions() {}

    public static <T> T checkNotNullFromProvides(T reference) {
        if (reference == null) throw new NullPointerException("Cannot return null from a non-@Nullable @Provides method");
        return reference;
    }
}
