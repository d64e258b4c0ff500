package kotlin.jvm.internal;

import kotlin.UninitializedPropertyAccessException;

public class Intrinsics {
    private Intrinsics() {}

    public static void checkNotNull(Object object) {
        if (object == null) throwJavaNpe();
    }

    public static void checkNotNull(Object object, String message) {
        if (object == null) throwJavaNpe(message);
    }

    public static void checkNotNullExpressionValue(Object value, String expression) {
        if (value == null) throw new NullPointerException(expression + " must not be null");
    }

    public static void checkNotNullParameter(Object value, String paramName) {
        if (value == null) throw new NullPointerException("Parameter specified as non-null is null: parameter " + paramName);
    }

    public static void throwJavaNpe() { throw new NullPointerException(); }

    public static void throwJavaNpe(String message) { throw new NullPointerException(message); }

    public static void throwUninitializedPropertyAccessException(String propertyName) {
        throw new UninitializedPropertyAccessException("lateinit property " + propertyName + " has not been initialized");
    }

    public static boolean areEqual(Object first, Object second) { return first == null ? second == null : first.equals(second); }
}
