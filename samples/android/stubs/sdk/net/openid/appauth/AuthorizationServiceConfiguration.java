package net.openid.appauth;

public class AuthorizationServiceConfiguration {
    public AuthorizationServiceConfiguration(android.net.Uri authorizationEndpoint, android.net.Uri tokenEndpoint) {}
}
