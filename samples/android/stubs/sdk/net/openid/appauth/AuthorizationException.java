package net.openid.appauth;

public final class AuthorizationException extends Exception {
    public static native AuthorizationException fromIntent(android.content.Intent data);
}
