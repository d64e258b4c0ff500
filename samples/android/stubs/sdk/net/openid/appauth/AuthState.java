package net.openid.appauth;

public class AuthState {
    public AuthState() {}
    public AuthState(AuthorizationResponse authResponse, AuthorizationException authError) {}
    public native String getAccessToken();
    public native String getRefreshToken();
    public native boolean isAuthorized();
    public native void update(TokenResponse tokenResponse, AuthorizationException authException);
    public native String jsonSerializeString();
    public static native AuthState jsonDeserialize(String jsonStr) throws org.json.JSONException;
}
