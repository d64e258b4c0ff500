package kotlin.coroutines.intrinsics;

public final class IntrinsicsKt extends IntrinsicsKt__IntrinsicsKt {
    private IntrinsicsKt() {}
}
