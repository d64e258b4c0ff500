package net.openid.appauth;

public class TokenResponse {
    public final String accessToken = System.getProperty("a");
    public final String refreshToken = System.getProperty("r");
}
