@file:JvmName("ViewModelKt")

package androidx.lifecycle

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers

public val ViewModel.viewModelScope: CoroutineScope
    get() = CoroutineScope(Dispatchers.Default)
