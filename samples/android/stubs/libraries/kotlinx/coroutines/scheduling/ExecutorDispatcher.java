package kotlinx.coroutines.scheduling;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.CoroutineDispatcher;

public final class ExecutorDispatcher extends CoroutineDispatcher {
    private final ExecutorService executor;

    public ExecutorDispatcher(int threads) { executor = Executors.newFixedThreadPool(threads); }

    @Override public void dispatch(CoroutineContext context, Runnable block) { executor.execute(block); }
}
