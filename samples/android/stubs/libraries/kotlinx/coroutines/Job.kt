package kotlinx.coroutines

import kotlin.coroutines.CoroutineContext

public interface Job : CoroutineContext.Element {
    public companion object Key : CoroutineContext.Key<Job>

    public val isActive: Boolean

    public fun cancel()
}
