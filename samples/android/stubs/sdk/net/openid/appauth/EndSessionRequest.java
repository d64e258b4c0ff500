package net.openid.appauth;

public class EndSessionRequest {
    public static final class Builder {
        public Builder(AuthorizationServiceConfiguration configuration) {}
        public native Builder setIdTokenHint(String idTokenHint);
        public native Builder setPostLogoutRedirectUri(android.net.Uri postLogoutRedirectUri);
        public native EndSessionRequest build();
    }
}
