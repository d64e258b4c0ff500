package android.net;

public abstract class Uri {
    public static native Uri parse(String uriString);
    public static native String encode(String s);
    public abstract String getQueryParameter(String key);
    public abstract Builder buildUpon();
    @Override public abstract String toString();

    public static final class Builder {
        public Builder() {}
        public native Builder scheme(String scheme);
        public native Builder authority(String authority);
        public native Builder path(String path);
        public native Builder appendPath(String newSegment);
        public native Builder appendQueryParameter(String key, String value);
        public native Uri build();
    }
}
