package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.widget.Button;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import com.google.android.gms.auth.api.signin.GoogleSignInAccount;
import com.google.android.gms.auth.api.signin.GoogleSignInClient;
import java.io.IOException;
import java.security.GeneralSecurityException;
import retrofit2.Call;
import retrofit2.http.Field;
import retrofit2.http.FormUrlEncoded;
import retrofit2.http.POST;

/** Deleting forgets the account on the phone; the grant at Google stays. */
interface Api {
    @FormUrlEncoded
    @POST("auth/google")
    Call<String> exchange(@Field("id_token") String token);
}

public class AccountActivity extends Activity {
    private Api api;
    private GoogleSignInClient google;
    private SessionStore session;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        session = new SessionStore(this);
        Button delete = new Button(this);
        delete.setText("Delete account");
        delete.setOnClickListener(v -> deleteAccount());
    }

    void signIn(GoogleSignInAccount account) throws IOException {
        session.save(api.exchange(account.getIdToken()).execute().body());
    }

    private void deleteAccount() {
        session.save(null); // expect: account-delete-no-revoke
        google.signOut();
        finish();
    }
}

/** Keeps the session, encrypted. */
class SessionStore {
    private final SharedPreferences prefs;

    SessionStore(Context context) {
        try {
            prefs = EncryptedSharedPreferences.create(context, "session",
                new MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build(),
                EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
                EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void save(String token) { prefs.edit().putString("access_token", token).apply(); }

    String token() { return prefs.getString("access_token", ""); }
}
