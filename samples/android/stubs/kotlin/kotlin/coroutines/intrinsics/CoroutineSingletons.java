package kotlin.coroutines.intrinsics;

public enum CoroutineSingletons { COROUTINE_SUSPENDED, UNDECIDED, RESUMED }
