package retrofit2;

public class HttpException extends RuntimeException {
    private final int code;

    public HttpException(Response<?> response) {
        super("HTTP " + response.code());
        code = response.code();
    }

    public int code() { return code; }
}
