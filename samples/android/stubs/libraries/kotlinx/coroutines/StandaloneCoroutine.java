package kotlinx.coroutines;

import kotlin.Result;
import kotlin.coroutines.AbstractCoroutineContextElement;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;

public class StandaloneCoroutine extends AbstractCoroutineContextElement implements Job, Continuation<Object>, CoroutineScope {
    private final CoroutineContext context;
    private volatile boolean active = true;

    public StandaloneCoroutine(CoroutineContext parent) {
        super(Job.Key);
        context = parent.plus(this);
    }

    @Override public boolean isActive() { return active; }

    @Override public void cancel() { active = false; }

    @Override public CoroutineContext getContext() { return context; }

    @Override public CoroutineContext getCoroutineContext() { return context; }

    @Override public void resumeWith(Object result) {
        active = false;
        if (result instanceof Result.Failure) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, ((Result.Failure) result).exception);
        }
    }
}
