package kotlinx.coroutines

import kotlinx.coroutines.scheduling.ExecutorDispatcher

public object Dispatchers {
    @JvmStatic
    public val Default: CoroutineDispatcher = ExecutorDispatcher(2)

    @JvmStatic
    public val IO: CoroutineDispatcher = ExecutorDispatcher(64)
}
