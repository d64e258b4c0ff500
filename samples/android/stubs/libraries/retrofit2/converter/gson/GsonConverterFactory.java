package retrofit2.converter.gson;

import com.google.gson.Gson;
import java.lang.reflect.Type;
import okhttp3.ResponseBody;
import retrofit2.Converter;

public final class GsonConverterFactory extends Converter.Factory {
    private final Gson gson;

    private GsonConverterFactory(Gson gson) { this.gson = gson; }

    public static GsonConverterFactory create() { return new GsonConverterFactory(new Gson()); }

    @Override public Converter<ResponseBody, ?> responseBodyConverter(Type type) {
        return body -> gson.fromJson(body.string(), type);
    }
}
