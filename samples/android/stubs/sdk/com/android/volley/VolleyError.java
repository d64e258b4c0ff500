package com.android.volley;

public class VolleyError extends Exception {
}
