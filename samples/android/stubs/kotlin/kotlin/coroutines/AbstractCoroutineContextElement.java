package kotlin.coroutines;

import kotlin.jvm.functions.Function2;

public abstract class AbstractCoroutineContextElement implements CoroutineContext.Element {
    private final CoroutineContext.Key<?> key;

    public AbstractCoroutineContextElement(CoroutineContext.Key<?> key) { this.key = key; }

    @Override public CoroutineContext.Key<?> getKey() { return key; }

    @Override @SuppressWarnings("unchecked") public <E extends CoroutineContext.Element> E get(CoroutineContext.Key<E> key) {
        return this.key == key ? (E) this : null;
    }

    @Override public <R> R fold(R initial, Function2<? super R, ? super CoroutineContext.Element, ? extends R> operation) {
        return operation.invoke(initial, this);
    }

    @Override public CoroutineContext plus(CoroutineContext context) {
        return context.<CoroutineContext>fold(this, (all, next) -> {
            CoroutineContext rest = all.minusKey(next.getKey());
            return rest == EmptyCoroutineContext.INSTANCE ? next : new CombinedContext(rest, next);
        });
    }

    @Override public CoroutineContext minusKey(CoroutineContext.Key<?> key) { return this.key == key ? EmptyCoroutineContext.INSTANCE : this; }
}
