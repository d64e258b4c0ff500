package com.android.volley;

public class AuthFailureError extends Exception {
}
