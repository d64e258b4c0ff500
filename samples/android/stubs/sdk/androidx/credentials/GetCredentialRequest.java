package androidx.credentials;

public final class GetCredentialRequest {
}
