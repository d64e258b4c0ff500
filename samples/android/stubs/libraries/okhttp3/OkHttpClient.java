package okhttp3;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

public class OkHttpClient implements Call.Factory {
    final List<Interceptor> interceptors;
    final Authenticator authenticator;
    final CookieJar cookieJar;
    final Cache cache;
    final ExecutorService executor = Executors.newCachedThreadPool();

    public OkHttpClient() { this(new Builder()); }

    OkHttpClient(Builder builder) {
        interceptors = new ArrayList<>(builder.interceptors);
        authenticator = builder.authenticator;
        cookieJar = builder.cookieJar;
        cache = builder.cache;
    }

    public CookieJar cookieJar() { return cookieJar; }

    public Cache cache() { return cache; }

    @Override public Call newCall(Request request) { return new RealCall(this, request); }

    public Builder newBuilder() {
        Builder builder = new Builder();
        builder.interceptors.addAll(interceptors);
        builder.authenticator = authenticator;
        return builder;
    }

    public static final class Builder {
        final List<Interceptor> interceptors = new ArrayList<>();
        Authenticator authenticator = Authenticator.NONE;
        CookieJar cookieJar;
        Cache cache;

        public Builder() {}

        public Builder addInterceptor(Interceptor interceptor) {
            interceptors.add(interceptor);
            return this;
        }

        public Builder authenticator(Authenticator authenticator) {
            this.authenticator = authenticator;
            return this;
        }

        public Builder cookieJar(CookieJar cookieJar) {
            this.cookieJar = cookieJar;
            return this;
        }

        public Builder cache(Cache cache) {
            this.cache = cache;
            return this;
        }

        public OkHttpClient build() { return new OkHttpClient(this); }
    }
}
