package com.android.volley.toolbox;

public class StringRequest extends com.android.volley.Request<String> {
    public StringRequest(int method, String url, com.android.volley.Response.Listener<String> listener, com.android.volley.Response.ErrorListener errorListener) { super(method, url, errorListener); }
}
