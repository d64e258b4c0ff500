package io.jsonwebtoken;

import java.security.Key;
import java.util.Date;

public interface JwtBuilder {
    JwtBuilder setSubject(String sub);

    JwtBuilder setIssuer(String iss);

    JwtBuilder setId(String jti);

    JwtBuilder setIssuedAt(Date iat);

    JwtBuilder setExpiration(Date exp);

    JwtBuilder claim(String name, Object value);

    JwtBuilder setHeaderParam(String name, Object value);

    JwtBuilder signWith(Key key, SignatureAlgorithm alg);

    String compact();
}
