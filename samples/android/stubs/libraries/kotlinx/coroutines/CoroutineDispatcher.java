package kotlinx.coroutines;

import kotlin.coroutines.AbstractCoroutineContextElement;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.ContinuationInterceptor;
import kotlin.coroutines.CoroutineContext;

public abstract class CoroutineDispatcher extends AbstractCoroutineContextElement implements ContinuationInterceptor {
    public CoroutineDispatcher() { super(ContinuationInterceptor.Key); }

    public abstract void dispatch(CoroutineContext context, Runnable block);

    @Override @SuppressWarnings("unchecked") public <T> Continuation<T> interceptContinuation(Continuation<? super T> continuation) {
        return (Continuation<T>) continuation;
    }

    @Override public void releaseInterceptedContinuation(Continuation<?> continuation) {}
}
