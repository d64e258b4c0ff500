package net.openid.appauth;

public class AuthorizationService {
    public AuthorizationService(android.content.Context context) {}
    public native android.content.Intent getAuthorizationRequestIntent(AuthorizationRequest request);
    public native android.content.Intent getEndSessionRequestIntent(EndSessionRequest request);
    public native void performTokenRequest(TokenRequest request, TokenResponseCallback callback);
    public native void dispose();

    public interface TokenResponseCallback {
        void onTokenRequestCompleted(TokenResponse response, AuthorizationException ex);
    }
}
