package retrofit2;

import java.io.IOException;
import okhttp3.ResponseBody;

final class OkHttpCall<T> implements Call<T> {
    private final okhttp3.Call rawCall;
    private final Converter<ResponseBody, T> converter;

    OkHttpCall(okhttp3.Call rawCall, Converter<ResponseBody, T> converter) {
        this.rawCall = rawCall;
        this.converter = converter;
    }

    @Override public Response<T> execute() throws IOException { return parse(rawCall.execute()); }

    private Response<T> parse(okhttp3.Response raw) throws IOException {
        T body = raw.isSuccessful() ? converter.convert(raw.body()) : null;
        return new Response<>(raw.code(), body);
    }

    @Override public void enqueue(Callback<T> callback) {
        rawCall.enqueue(new okhttp3.Callback() {
            @Override public void onResponse(okhttp3.Call call, okhttp3.Response raw) {
                Response<T> response;
                try {
                    response = parse(raw);
                } catch (IOException e) {
                    callback.onFailure(OkHttpCall.this, e);
                    return;
                }
                callback.onResponse(OkHttpCall.this, response);
            }

            @Override public void onFailure(okhttp3.Call call, IOException e) { callback.onFailure(OkHttpCall.this, e); }
        });
    }

    @Override public void cancel() { rawCall.cancel(); }
}
