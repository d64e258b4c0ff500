package okhttp3;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

public abstract class RequestBody {
    public abstract MediaType contentType();

    public abstract void writeTo(OutputStream sink) throws IOException;

    public static RequestBody create(MediaType type, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return new RequestBody() {
            @Override public MediaType contentType() { return type; }

            @Override public void writeTo(OutputStream sink) throws IOException { sink.write(bytes); }
        };
    }

    public static RequestBody create(String content, MediaType type) { return create(type, content); }
}
