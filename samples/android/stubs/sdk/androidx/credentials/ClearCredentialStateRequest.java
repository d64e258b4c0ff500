package androidx.credentials;

public final class ClearCredentialStateRequest {
    public static final String TYPE_CLEAR_RESTORE_CREDENTIAL = "androidx.credentials.TYPE_CLEAR_RESTORE_CREDENTIAL";
    public ClearCredentialStateRequest() {}
    public ClearCredentialStateRequest(String requestType) {}
}
