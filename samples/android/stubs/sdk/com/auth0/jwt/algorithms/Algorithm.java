package com.auth0.jwt.algorithms;

public abstract class Algorithm {
    public static native Algorithm RSA256(java.security.interfaces.RSAPublicKey publicKey, java.security.interfaces.RSAPrivateKey privateKey);
    public static native Algorithm HMAC256(String secret);
}
