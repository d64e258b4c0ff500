package kotlin.coroutines.jvm.internal;

public interface SuspendFunction {
}
