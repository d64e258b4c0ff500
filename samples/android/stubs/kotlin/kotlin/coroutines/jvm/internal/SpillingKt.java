package kotlin.coroutines.jvm.internal;

public final class SpillingKt {
    private SpillingKt() {}

    public static Object nullOutSpilledVariable(Object value) { return null; }
}
