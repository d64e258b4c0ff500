package androidx.browser.customtabs;

public final class CustomTabsIntent {
    public native void launchUrl(android.content.Context context, android.net.Uri url);

    public static final class Builder {
        public Builder() {}
        public native Builder setEphemeralBrowsingEnabled(boolean enabled);
        public native CustomTabsIntent build();
    }
}
