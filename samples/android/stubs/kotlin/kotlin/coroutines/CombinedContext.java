package kotlin.coroutines;

import kotlin.jvm.functions.Function2;

public final class CombinedContext implements CoroutineContext {
    private final CoroutineContext left;
    private final Element element;

    public CombinedContext(CoroutineContext left, Element element) {
        this.left = left;
        this.element = element;
    }

    @Override public <E extends Element> E get(Key<E> key) {
        E own = element.get(key);
        return own != null ? own : left.get(key);
    }

    @Override public <R> R fold(R initial, Function2<? super R, ? super Element, ? extends R> operation) {
        return operation.invoke(left.fold(initial, operation), element);
    }

    @Override public CoroutineContext plus(CoroutineContext context) {
        return context.<CoroutineContext>fold(this, (all, next) -> new CombinedContext(all.minusKey(next.getKey()), next));
    }

    @Override public CoroutineContext minusKey(Key<?> key) {
        CoroutineContext rest = left.minusKey(key);
        return element.getKey() == key ? rest : rest == EmptyCoroutineContext.INSTANCE ? element : new CombinedContext(rest, element);
    }
}
