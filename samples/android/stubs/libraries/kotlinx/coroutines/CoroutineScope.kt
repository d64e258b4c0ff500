@file:JvmName("CoroutineScopeKt")

package kotlinx.coroutines

import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

public interface CoroutineScope {
    public val coroutineContext: CoroutineContext
}

internal class ContextScope(override val coroutineContext: CoroutineContext) : CoroutineScope

public fun CoroutineScope(context: CoroutineContext): CoroutineScope = ContextScope(context)

public object GlobalScope : CoroutineScope {
    override val coroutineContext: CoroutineContext
        get() = EmptyCoroutineContext
}
