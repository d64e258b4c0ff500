package com.auth0.jwt;

import com.auth0.jwt.algorithms.Algorithm;
import java.util.Date;

public final class JWTCreator {
    public static class Builder {
        public native Builder withIssuer(String issuer);
        public native Builder withSubject(String subject);
        public native Builder withClaim(String name, String value);
        public native Builder withExpiresAt(Date expiresAt);
        public native String sign(Algorithm algorithm);
    }
}
