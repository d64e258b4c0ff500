package com.example.bank.di;

import android.content.Context;
import com.example.authkit.AuthClient;
import com.example.bank.SessionStore;
import com.example.bank.data.BankDatabase;
import com.example.bank.net.BankApi;
import dagger.internal.DoubleCheck;
import dagger.internal.Preconditions;
import dagger.internal.Provider;
import okhttp3.OkHttpClient;

/** Written by hand in the shape that the Dagger and Hilt compilers give: one switch makes everything. */
public final class DaggerBankComponent {
    private final Context context;
    private final Provider<SessionStore> sessionStoreProvider = DoubleCheck.provider(new SwitchingProvider<>(this, 0));
    private final Provider<BankDatabase> databaseProvider = DoubleCheck.provider(new SwitchingProvider<>(this, 1));
    private final Provider<OkHttpClient> clientProvider = DoubleCheck.provider(new SwitchingProvider<>(this, 2));
    private final Provider<BankApi> apiProvider = DoubleCheck.provider(new SwitchingProvider<>(this, 3));
    private final Provider<AuthClient> authClientProvider = DoubleCheck.provider(new SwitchingProvider<>(this, 4));

    public DaggerBankComponent(Context context) { this.context = context; }

    public SessionStore sessionStore() { return sessionStoreProvider.get(); }

    public BankDatabase database() { return databaseProvider.get(); }

    public OkHttpClient client() { return clientProvider.get(); }

    public BankApi api() { return apiProvider.get(); }

    public AuthClient authClient() { return authClientProvider.get(); }

    private static final class SwitchingProvider<T> implements Provider<T> {
        private final DaggerBankComponent component;
        private final int id;

        SwitchingProvider(DaggerBankComponent component, int id) {
            this.component = component;
            this.id = id;
        }

        @SuppressWarnings("unchecked")
        @Override public T get() {
            switch (id) {
                case 0:
                    return (T) Preconditions.checkNotNullFromProvides(AppModule.sessionStore(component.context));
                case 1:
                    return (T) Preconditions.checkNotNullFromProvides(AppModule.database(component.context));
                case 2:
                    return (T) Preconditions.checkNotNullFromProvides(AppModule.client(component.sessionStore(), component.database()));
                case 3:
                    return (T) Preconditions.checkNotNullFromProvides(AppModule.api(component.client()));
                case 4:
                    return (T) Preconditions.checkNotNullFromProvides(
                        AppModule.authClient(component.context, component.api(), component.sessionStore(), component.database()));
                default:
                    throw new AssertionError(id);
            }
        }
    }
}
