// expect-app: account-delete-no-revoke
package sample;

import android.app.Activity;
import android.content.Context;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import retrofit2.Call;
import retrofit2.http.Field;
import retrofit2.http.FormUrlEncoded;
import retrofit2.http.POST;

/** Accounts are made in the app, and no way leads to deleting one. */
interface Api {
    @FormUrlEncoded
    @POST("auth/register")
    Call<String> register(@Field("email") String email, @Field("password") String password);
}

public class AccountActivity extends Activity {
    private Api api;
    private SessionStore session;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        session = new SessionStore(this);
        EditText first = new EditText(this);
        EditText second = new EditText(this);
        Button create = new Button(this);
        create.setText("Create account");
        create.setOnClickListener(v -> new Thread(() -> register(first.getText().toString(), second.getText().toString())).start());
    }

    private void register(String email, String password) {
        try {
            session.save(api.register(email, password).execute().body());
        } catch (IOException e) {
            Log.w("Account", "refused", e);
        }
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
