package retrofit2;

import kotlin.ResultKt;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.intrinsics.IntrinsicsKt;

/** How a suspend service method waits for its call. */
public final class KotlinExtensions {
    private KotlinExtensions() {}

    static Object await(Call<Object> call, boolean wantsResponse, Continuation<Object> continuation) {
        call.enqueue(new Callback<Object>() {
            @Override public void onResponse(Call<Object> call, Response<Object> response) {
                if (wantsResponse) {
                    continuation.resumeWith(response);
                } else if (response.isSuccessful()) {
                    continuation.resumeWith(response.body());
                } else {
                    continuation.resumeWith(ResultKt.createFailure(new HttpException(response)));
                }
            }

            @Override public void onFailure(Call<Object> call, Throwable t) { continuation.resumeWith(ResultKt.createFailure(t)); }
        });
        return IntrinsicsKt.getCOROUTINE_SUSPENDED();
    }
}
