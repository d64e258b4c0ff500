package okhttp3.logging;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

public final class HttpLoggingInterceptor implements Interceptor {
    public enum Level { NONE, BASIC, HEADERS, BODY }

    public interface Logger {
        void log(String message);
    }

    private final Logger logger;
    private final Set<String> headersToRedact = new HashSet<>();
    private volatile Level level = Level.NONE;

    public HttpLoggingInterceptor() { this(System.out::println); }

    public HttpLoggingInterceptor(Logger logger) { this.logger = logger; }

    public HttpLoggingInterceptor setLevel(Level level) {
        this.level = level;
        return this;
    }

    public void redactHeader(String name) { headersToRedact.add(name); }

    @Override public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        if (level != Level.NONE) logger.log("--> " + request.method() + ' ' + request.url());
        if (level == Level.HEADERS || level == Level.BODY) {
            String value = headersToRedact.contains("Authorization") ? "\u2588\u2588" : request.header("Authorization");
            logger.log("Authorization: " + value);
        }
        return chain.proceed(request);
    }
}
