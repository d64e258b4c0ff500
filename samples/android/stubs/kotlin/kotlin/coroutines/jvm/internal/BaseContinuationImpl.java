package kotlin.coroutines.jvm.internal;

import java.io.Serializable;
import kotlin.ResultKt;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.intrinsics.IntrinsicsKt;

public abstract class BaseContinuationImpl implements Continuation<Object>, CoroutineStackFrame, Serializable {
    private final Continuation<Object> completion;

    public BaseContinuationImpl(Continuation<Object> completion) { this.completion = completion; }

    public final Continuation<Object> getCompletion() { return completion; }

    @Override public final void resumeWith(Object result) {
        BaseContinuationImpl current = this;
        Object param = result;
        while (true) {
            Continuation<Object> completion = current.completion;
            Object outcome;
            try {
                outcome = current.invokeSuspend(param);
                if (outcome == IntrinsicsKt.getCOROUTINE_SUSPENDED()) return;
            } catch (Throwable t) {
                outcome = ResultKt.createFailure(t);
            }
            current.releaseIntercepted();
            if (completion instanceof BaseContinuationImpl) {
                current = (BaseContinuationImpl) completion;
                param = outcome;
            } else {
                completion.resumeWith(outcome);
                return;
            }
        }
    }

    protected abstract Object invokeSuspend(Object result);

    protected void releaseIntercepted() {}

    public Continuation<kotlin.Unit> create(Object value, Continuation<?> completion) {
        throw new UnsupportedOperationException("create(Any?;Continuation) has not been overridden");
    }

    @Override public CoroutineStackFrame getCallerFrame() {
        return completion instanceof CoroutineStackFrame ? (CoroutineStackFrame) completion : null;
    }
}
