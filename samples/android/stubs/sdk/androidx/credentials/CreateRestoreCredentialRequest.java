package androidx.credentials;

public final class CreateRestoreCredentialRequest extends CreateCredentialRequest {
    public CreateRestoreCredentialRequest(String requestJson, boolean isCloudBackupEnabled) {}
}
