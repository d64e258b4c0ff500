package okhttp3;

import java.io.Closeable;

public final class Response implements Closeable {
    private final Request request;
    private final int code;
    private final ResponseBody body;

    Response(Request request, int code, ResponseBody body) {
        this.request = request;
        this.code = code;
        this.body = body;
    }

    public Request request() { return request; }

    public int code() { return code; }

    public boolean isSuccessful() { return code >= 200 && code < 300; }

    public ResponseBody body() { return body; }

    public Response priorResponse() { return null; }

    @Override public void close() { body.close(); }
}
