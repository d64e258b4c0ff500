package kotlinx.coroutines.intrinsics;

import kotlin.ResultKt;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.ContinuationInterceptor;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.CoroutineDispatcher;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.StandaloneCoroutine;

/** How a block starts; the real library has a file for each way. */
public final class Start {
    private Start() {}

    public static Job launch(CoroutineScope scope, CoroutineContext context, CoroutineStart start, Object block) {
        StandaloneCoroutine coroutine = new StandaloneCoroutine(scope.getCoroutineContext().plus(context));
        if (start == CoroutineStart.DEFAULT) dispatch(coroutine.getContext(), () -> run(block, coroutine, coroutine));
        return coroutine;
    }

    public static Object undispatched(CoroutineContext context, Object block, Continuation<?> caller) {
        CoroutineContext all = caller.getContext().plus(context);
        DispatchedCoroutine coroutine = new DispatchedCoroutine(all, caller);
        dispatch(all, () -> run(block, coroutine, coroutine));
        return IntrinsicsKt.getCOROUTINE_SUSPENDED();
    }

    private static void dispatch(CoroutineContext context, Runnable block) {
        ContinuationInterceptor interceptor = context.get(ContinuationInterceptor.Key);
        CoroutineDispatcher dispatcher = interceptor instanceof CoroutineDispatcher ? (CoroutineDispatcher) interceptor : Dispatchers.getDefault();
        dispatcher.dispatch(context, block);
    }

    @SuppressWarnings("unchecked")
    private static void run(Object block, CoroutineScope receiver, Continuation<?> completion) {
        Object result;
        try {
            result = ((Function2<Object, Object, Object>) block).invoke(receiver, completion);
        } catch (Throwable t) {
            result = ResultKt.createFailure(t);
        }
        if (result != IntrinsicsKt.getCOROUTINE_SUSPENDED()) completion.resumeWith(result);
    }

    private static final class DispatchedCoroutine extends StandaloneCoroutine {
        private final Continuation<?> caller;

        DispatchedCoroutine(CoroutineContext context, Continuation<?> caller) {
            super(context);
            this.caller = caller;
        }

        @Override public void resumeWith(Object result) { caller.resumeWith(result); }
    }
}
