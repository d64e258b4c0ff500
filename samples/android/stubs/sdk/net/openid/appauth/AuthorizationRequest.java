package net.openid.appauth;

public class AuthorizationRequest {
    public static final class Builder {
        public Builder(AuthorizationServiceConfiguration configuration, String clientId, String responseType, android.net.Uri redirectUri) {}
        public native Builder setScope(String scope);
        public native Builder setPrompt(String prompt);
        public native AuthorizationRequest build();
    }
}
