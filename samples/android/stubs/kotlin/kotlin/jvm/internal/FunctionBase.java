package kotlin.jvm.internal;

public interface FunctionBase<R> extends kotlin.Function<R> {
    int getArity();
}
