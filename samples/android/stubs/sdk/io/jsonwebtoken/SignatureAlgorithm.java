package io.jsonwebtoken;

public enum SignatureAlgorithm { HS256, RS256, ES256 }
