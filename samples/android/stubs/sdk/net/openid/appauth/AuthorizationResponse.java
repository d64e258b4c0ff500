package net.openid.appauth;

public class AuthorizationResponse {
    public static native AuthorizationResponse fromIntent(android.content.Intent dataIntent);
    public native TokenRequest createTokenExchangeRequest();
}
