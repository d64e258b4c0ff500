package kotlin.jvm.functions;

public interface Function0<R> extends kotlin.Function<R> {
    R invoke();
}
