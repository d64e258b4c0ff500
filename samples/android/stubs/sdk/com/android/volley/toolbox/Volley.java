package com.android.volley.toolbox;

public class Volley {
    public static native com.android.volley.RequestQueue newRequestQueue(android.content.Context context);
}
