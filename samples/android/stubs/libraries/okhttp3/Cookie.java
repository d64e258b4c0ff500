package okhttp3;

public final class Cookie {
    private final String name;
    private final String value;

    Cookie(String name, String value) {
        this.name = name;
        this.value = value;
    }

    public String name() { return name; }

    public String value() { return value; }

    @Override public String toString() { return name + "=" + value; }
}
