package com.auth0.jwt;

public abstract class JWT {
    public static native JWTCreator.Builder create();
}
