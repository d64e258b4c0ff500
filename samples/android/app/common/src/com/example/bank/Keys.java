package com.example.bank;

/** Names of what the app keeps. */
public final class Keys {
    public static final String SESSION_PREFS = "session";
    public static final String UI_PREFS = "ui";

    public static final String ACCESS_TOKEN = "access_token";
    public static final String REFRESH_TOKEN = "refresh_token";
    public static final String USERNAME = "username";
    public static final String PASSWORD = "password";

    /** Where this installation is reachable for notifications; not a session value, and it stays after a sign-out. */
    public static final String PUSH_TOKEN = "push_token";
    public static final String DARK_MODE = "dark_mode";

    private static final String TOKEN_PREFIX = "token_";

    private Keys() {}

    /** One entry a customer: several people share a phone. */
    public static String tokenOf(String userId) { return TOKEN_PREFIX + userId; }
}
