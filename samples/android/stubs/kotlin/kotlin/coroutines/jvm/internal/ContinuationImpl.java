package kotlin.coroutines.jvm.internal;

import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;

public abstract class ContinuationImpl extends BaseContinuationImpl {
    private final CoroutineContext _context;

    public ContinuationImpl(Continuation<Object> completion, CoroutineContext context) {
        super(completion);
        _context = context;
    }

    public ContinuationImpl(Continuation<Object> completion) { this(completion, completion == null ? null : completion.getContext()); }

    @Override public CoroutineContext getContext() { return _context; }
}
