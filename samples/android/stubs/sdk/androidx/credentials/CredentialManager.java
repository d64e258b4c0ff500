package androidx.credentials;

public interface CredentialManager {
    static CredentialManager create(android.content.Context context) { return null; }
    void getCredentialAsync(android.content.Context context, GetCredentialRequest request, android.os.CancellationSignal cancellationSignal, java.util.concurrent.Executor executor, CredentialManagerCallback<Object, Exception> callback);
    void createCredentialAsync(android.content.Context context, CreateCredentialRequest request, android.os.CancellationSignal cancellationSignal, java.util.concurrent.Executor executor, CredentialManagerCallback<Object, Exception> callback);
    void clearCredentialStateAsync(ClearCredentialStateRequest request, android.os.CancellationSignal cancellationSignal, java.util.concurrent.Executor executor, CredentialManagerCallback<Void, Exception> callback);
}
