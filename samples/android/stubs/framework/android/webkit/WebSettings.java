package android.webkit;

public abstract class WebSettings {
    public static final int LOAD_NO_CACHE = 2;
    public abstract void setJavaScriptEnabled(boolean flag);
    public abstract void setDomStorageEnabled(boolean flag);
    public abstract void setCacheMode(int mode);
}
