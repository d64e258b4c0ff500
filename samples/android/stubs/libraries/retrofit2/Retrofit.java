package retrofit2;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import kotlin.coroutines.Continuation;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;

public final class Retrofit {
    private final String baseUrl;
    private final OkHttpClient client;
    private final Converter.Factory converters;

    Retrofit(Builder builder) {
        baseUrl = builder.baseUrl;
        client = builder.client;
        converters = builder.converters;
    }

    @SuppressWarnings("unchecked")
    public <T> T create(Class<T> service) {
        return (T) Proxy.newProxyInstance(service.getClassLoader(), new Class<?>[] {service}, (proxy, method, args) -> {
            okhttp3.Call rawCall = client.newCall(new RequestFactory(method).create(baseUrl, args));
            if (args != null && args.length > 0 && args[args.length - 1] instanceof Continuation) {
                Continuation<Object> continuation = (Continuation<Object>) args[args.length - 1];
                boolean wantsResponse = isResponse(suspendResult(method));
                Type body = wantsResponse ? firstArgument(suspendResult(method)) : suspendResult(method);
                OkHttpCall<Object> call = new OkHttpCall<>(rawCall, (Converter<ResponseBody, Object>) converters.responseBodyConverter(body));
                return KotlinExtensions.await(call, wantsResponse, continuation);
            }
            Type body = firstArgument(method.getGenericReturnType());
            return new OkHttpCall<>(rawCall, (Converter<ResponseBody, Object>) converters.responseBodyConverter(body));
        });
    }

    private static Type suspendResult(Method method) {
        Type[] types = method.getGenericParameterTypes();
        Type result = firstArgument(types[types.length - 1]);
        return result instanceof WildcardType ? ((WildcardType) result).getLowerBounds()[0] : result;
    }

    private static boolean isResponse(Type type) {
        return type instanceof ParameterizedType && ((ParameterizedType) type).getRawType() == Response.class;
    }

    private static Type firstArgument(Type type) { return ((ParameterizedType) type).getActualTypeArguments()[0]; }

    public static final class Builder {
        String baseUrl;
        OkHttpClient client;
        Converter.Factory converters;

        public Builder() {}

        public Builder baseUrl(String baseUrl) {
            this.baseUrl = baseUrl;
            return this;
        }

        public Builder client(OkHttpClient client) {
            this.client = client;
            return this;
        }

        public Builder addConverterFactory(Converter.Factory factory) {
            converters = factory;
            return this;
        }

        public Retrofit build() { return new Retrofit(this); }
    }
}
