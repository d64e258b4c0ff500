package kotlin.coroutines.jvm.internal;

public final class Boxing {
    private Boxing() {}

    public static Boolean boxBoolean(boolean primitive) { return Boolean.valueOf(primitive); }

    public static Integer boxInt(int primitive) { return Integer.valueOf(primitive); }
}
