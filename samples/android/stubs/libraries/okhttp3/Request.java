package okhttp3;

import java.util.LinkedHashMap;
import java.util.Map;

public final class Request {
    final HttpUrl url;
    final String method;
    final Map<String, String> headers;
    final RequestBody body;

    Request(Builder builder) {
        url = builder.url;
        method = builder.method;
        headers = new LinkedHashMap<>(builder.headers);
        body = builder.body;
    }

    public HttpUrl url() { return url; }

    public String method() { return method; }

    public String header(String name) { return headers.get(name); }

    public RequestBody body() { return body; }

    public Builder newBuilder() { return new Builder(this); }

    public static class Builder {
        HttpUrl url;
        String method = "GET";
        final Map<String, String> headers = new LinkedHashMap<>();
        RequestBody body;

        public Builder() {}

        Builder(Request request) {
            url = request.url;
            method = request.method;
            headers.putAll(request.headers);
            body = request.body;
        }

        public Builder url(String url) { return url(HttpUrl.get(url)); }

        public Builder url(HttpUrl url) {
            this.url = url;
            return this;
        }

        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        public Builder addHeader(String name, String value) { return header(name, value); }

        public Builder removeHeader(String name) {
            headers.remove(name);
            return this;
        }

        public Builder get() { return method("GET", null); }

        public Builder post(RequestBody body) { return method("POST", body); }

        public Builder put(RequestBody body) { return method("PUT", body); }

        public Builder delete() { return method("DELETE", null); }

        public Builder delete(RequestBody body) { return method("DELETE", body); }

        public Builder method(String method, RequestBody body) {
            this.method = method;
            this.body = body;
            return this;
        }

        public Request build() { return new Request(this); }
    }
}
