package android.webkit;

import android.content.Context;
import android.util.AttributeSet;
import android.view.ViewGroup;
import java.util.Map;

public class WebView extends ViewGroup {
    public WebView(Context context) { super(context); }
    public WebView(Context context, AttributeSet attrs) { super(context); }
    public native void loadUrl(String url);
    public native void loadUrl(String url, Map<String, String> additionalHttpHeaders);
    public native WebSettings getSettings();
    public native void setWebViewClient(WebViewClient client);
    public native void clearCache(boolean includeDiskFiles);
    public native void clearHistory();
    public native void clearFormData();
    public native void addJavascriptInterface(Object object, String name);
    public native void evaluateJavascript(String script, ValueCallback<String> resultCallback);
}
