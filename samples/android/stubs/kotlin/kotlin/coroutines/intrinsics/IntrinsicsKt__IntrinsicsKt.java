package kotlin.coroutines.intrinsics;

class IntrinsicsKt__IntrinsicsKt {
    public static Object getCOROUTINE_SUSPENDED() { return CoroutineSingletons.COROUTINE_SUSPENDED; }
}
