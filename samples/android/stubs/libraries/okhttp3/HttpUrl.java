package okhttp3;

public final class HttpUrl {
    private final String url;

    HttpUrl(String url) { this.url = url; }

    public static HttpUrl parse(String url) { return url.startsWith("http") ? new HttpUrl(url) : null; }

    public static HttpUrl get(String url) {
        if (!url.startsWith("http")) throw new IllegalArgumentException("Expected URL scheme 'http' or 'https'");
        return new HttpUrl(url);
    }

    public String encodedPath() {
        int slash = url.indexOf('/', "https://".length());
        int query = url.indexOf('?');
        if (slash < 0) return "/";
        return query < 0 ? url.substring(slash) : url.substring(slash, query);
    }

    public Builder newBuilder() { return new Builder(url); }

    @Override public String toString() { return url; }

    public static final class Builder {
        private final StringBuilder url;

        Builder(String url) { this.url = new StringBuilder(url); }

        public Builder addPathSegment(String segment) {
            if (url.charAt(url.length() - 1) != '/') url.append('/');
            url.append(segment);
            return this;
        }

        public Builder addQueryParameter(String name, String value) {
            url.append(url.indexOf("?") < 0 ? '?' : '&').append(name).append('=').append(value);
            return this;
        }

        public HttpUrl build() { return new HttpUrl(url.toString()); }
    }
}
