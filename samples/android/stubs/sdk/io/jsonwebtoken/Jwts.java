package io.jsonwebtoken;

public final class Jwts {
    public static native JwtBuilder builder();
}
