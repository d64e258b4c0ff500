package okhttp3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Map;

/** The real one lives in okhttp3.internal.connection; its place does not matter to a caller. */
final class RealCall implements Call {
    private final OkHttpClient client;
    private final Request request;
    private volatile boolean canceled;

    RealCall(OkHttpClient client, Request request) {
        this.client = client;
        this.request = request;
    }

    @Override public Request request() { return request; }

    @Override public Response execute() throws IOException {
        if (canceled) throw new IOException("Canceled");
        Response response = new RealChain(0, request).proceed(request);
        if (response.code() == 401) {
            Request retry = client.authenticator.authenticate(null, response);
            if (retry != null) return new RealChain(0, retry).proceed(retry);
        }
        return response;
    }

    @Override public void enqueue(Callback responseCallback) {
        client.executor.execute(() -> {
            Response response;
            try {
                response = execute();
            } catch (IOException e) {
                responseCallback.onFailure(this, e);
                return;
            }
            try {
                responseCallback.onResponse(this, response);
            } catch (IOException ignored) {
                // the real one logs it
            }
        });
    }

    @Override public void cancel() { canceled = true; }

    private Response send(Request request) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(request.url().toString()).openConnection();
        connection.setRequestMethod(request.method());
        for (Map.Entry<String, String> header : request.headers.entrySet()) {
            connection.setRequestProperty(header.getKey(), header.getValue());
        }
        if (request.body() != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", request.body().contentType().toString());
            request.body().writeTo(connection.getOutputStream());
        }
        int code = connection.getResponseCode();
        InputStream in = code < 400 ? connection.getInputStream() : connection.getErrorStream();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n; in != null && (n = in.read(buffer)) > 0; ) bytes.write(buffer, 0, n);
        return new Response(request, code, new ResponseBody(bytes.toByteArray()));
    }

    private final class RealChain implements Interceptor.Chain {
        private final int index;
        private final Request request;

        RealChain(int index, Request request) {
            this.index = index;
            this.request = request;
        }

        @Override public Request request() { return request; }

        @Override public Response proceed(Request request) throws IOException {
            if (index == client.interceptors.size()) return send(request);
            return client.interceptors.get(index).intercept(new RealChain(index + 1, request));
        }
    }
}
