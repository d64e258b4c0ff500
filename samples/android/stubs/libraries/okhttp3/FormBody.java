package okhttp3;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

public final class FormBody extends RequestBody {
    private final String encoded;

    FormBody(String encoded) { this.encoded = encoded; }

    @Override public MediaType contentType() { return MediaType.parse("application/x-www-form-urlencoded"); }

    @Override public void writeTo(OutputStream sink) throws IOException {
        sink.write(encoded.getBytes(StandardCharsets.UTF_8));
    }

    public static final class Builder {
        private final StringBuilder form = new StringBuilder();

        public Builder() {}

        public Builder add(String name, String value) {
            try {
                if (form.length() > 0) form.append('&');
                form.append(URLEncoder.encode(name, "UTF-8")).append('=').append(URLEncoder.encode(value, "UTF-8"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return this;
        }

        public FormBody build() { return new FormBody(form.toString()); }
    }
}
