package kotlin.coroutines;

public interface ContinuationInterceptor extends CoroutineContext.Element {
    Key Key = new Key();

    <T> Continuation<T> interceptContinuation(Continuation<? super T> continuation);

    void releaseInterceptedContinuation(Continuation<?> continuation);

    final class Key implements CoroutineContext.Key<ContinuationInterceptor> {
        private Key() {}
    }
}
