package android.webkit;

public class WebViewClient {
    public native void onPageFinished(WebView view, String url);
    public native boolean shouldOverrideUrlLoading(WebView view, String url);
}
