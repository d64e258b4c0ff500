package com.android.volley;

public abstract class Request<T> {
    public Request(int method, String url, Response.ErrorListener listener) {}
    public java.util.Map<String, String> getHeaders() throws AuthFailureError { return java.util.Collections.emptyMap(); }
    public final native Request<?> setShouldCache(boolean shouldCache);
}
