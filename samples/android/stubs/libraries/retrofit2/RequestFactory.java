package retrofit2;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import retrofit2.http.DELETE;
import retrofit2.http.Field;
import retrofit2.http.FormUrlEncoded;
import retrofit2.http.GET;
import retrofit2.http.Header;
import retrofit2.http.POST;
import retrofit2.http.Path;
import retrofit2.http.Query;

/** Reads the annotations of one service method: the place where a verb's name and its annotation type meet. */
final class RequestFactory {
    private final Method method;
    private String httpMethod;
    private String relativeUrl;
    private boolean isFormEncoded;

    RequestFactory(Method method) {
        this.method = method;
        for (Annotation annotation : method.getAnnotations()) parseMethodAnnotation(annotation);
        if (httpMethod == null) throw new IllegalArgumentException("HTTP method annotation is required (e.g., @GET, @POST, etc.).");
    }

    private void parseMethodAnnotation(Annotation annotation) {
        if (annotation instanceof DELETE) {
            parseHttpMethodAndPath("DELETE", ((DELETE) annotation).value());
        } else if (annotation instanceof GET) {
            parseHttpMethodAndPath("GET", ((GET) annotation).value());
        } else if (annotation instanceof POST) {
            parseHttpMethodAndPath("POST", ((POST) annotation).value());
        } else if (annotation instanceof FormUrlEncoded) {
            isFormEncoded = true;
        }
    }

    private void parseHttpMethodAndPath(String verb, String path) {
        if (httpMethod != null) throw new IllegalArgumentException("Only one HTTP method is allowed. Found: " + httpMethod + " and " + verb);
        httpMethod = verb;
        relativeUrl = path;
    }

    Request create(String baseUrl, Object[] args) {
        String path = relativeUrl;
        FormBody.Builder form = new FormBody.Builder();
        Request.Builder request = new Request.Builder();
        HttpUrl.Builder query = null;
        Annotation[][] annotations = method.getParameterAnnotations();
        for (int p = 0; p < annotations.length; p++) {
            for (Annotation annotation : annotations[p]) {
                String value = String.valueOf(args[p]);
                if (annotation instanceof Field) form.add(((Field) annotation).value(), value);
                else if (annotation instanceof Header) request.header(((Header) annotation).value(), value);
                else if (annotation instanceof Path) path = path.replace("{" + ((Path) annotation).value() + "}", value);
                else if (annotation instanceof Query) {
                    if (query == null) query = HttpUrl.get(baseUrl + path).newBuilder();
                    query.addQueryParameter(((Query) annotation).value(), value);
                }
            }
        }
        RequestBody body = isFormEncoded ? form.build() : null;
        return request.url(query == null ? HttpUrl.get(baseUrl + path) : query.build()).method(httpMethod, body).build();
    }
}
