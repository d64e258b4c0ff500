package okhttp3;

public final class MediaType {
    private final String type;

    MediaType(String type) { this.type = type; }

    public static MediaType parse(String type) { return new MediaType(type); }

    @Override public String toString() { return type; }
}
