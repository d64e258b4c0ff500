package okhttp3;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

public class ResponseBody implements Closeable {
    private final byte[] bytes;

    ResponseBody(byte[] bytes) { this.bytes = bytes; }

    public String string() throws IOException { return new String(bytes, StandardCharsets.UTF_8); }

    public byte[] bytes() throws IOException { return bytes; }

    @Override public void close() {}
}
