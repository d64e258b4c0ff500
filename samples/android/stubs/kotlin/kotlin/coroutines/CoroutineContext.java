package kotlin.coroutines;

import kotlin.jvm.functions.Function2;

public interface CoroutineContext {
    <E extends Element> E get(Key<E> key);

    <R> R fold(R initial, Function2<? super R, ? super Element, ? extends R> operation);

    CoroutineContext plus(CoroutineContext context);

    CoroutineContext minusKey(Key<?> key);

    interface Key<E extends Element> {
    }

    interface Element extends CoroutineContext {
        Key<?> getKey();
    }
}
