@file:JvmMultifileClass
@file:JvmName("BuildersKt")

package kotlinx.coroutines

import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlinx.coroutines.intrinsics.Start

public fun CoroutineScope.launch(
    context: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.DEFAULT,
    block: suspend CoroutineScope.() -> Unit
): Job = Start.launch(this, context, start, block as Any)

@Suppress("UNCHECKED_CAST")
public suspend fun <T> withContext(context: CoroutineContext, block: suspend CoroutineScope.() -> T): T =
    suspendCoroutineUninterceptedOrReturn { Start.undispatched(context, block as Any, it) }
