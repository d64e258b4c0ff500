package android.webkit;

public abstract class CookieManager {
    public static native CookieManager getInstance();
    public abstract void setAcceptCookie(boolean accept);
    public abstract void setCookie(String url, String value);
    public abstract void setCookie(String url, String value, ValueCallback<Boolean> callback);
    public abstract String getCookie(String url);
    public abstract void removeSessionCookies(ValueCallback<Boolean> callback);
    public abstract void removeAllCookies(ValueCallback<Boolean> callback);
    public abstract void removeAllCookie();
    public abstract void flush();
}
