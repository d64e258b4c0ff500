package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
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
import retrofit2.http.Header;
import retrofit2.http.POST;

/** The app asks for its PIN on a screen of its own before it pays. */
interface Api {
    @FormUrlEncoded
    @POST("auth/login")
    Call<String> login(@Field("email") String email, @Field("password") String password);

    @FormUrlEncoded
    @POST("wallet/withdraw")
    Call<String> withdraw(@Header("Authorization") String token, @Field("amount") String amount);
}

public class AccountActivity extends Activity {
    private Api api;
    private SessionStore session;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        session = new SessionStore(this);
        EditText first = new EditText(this);
        EditText second = new EditText(this);
        Button action = new Button(this);
        action.setText("Withdraw");
        action.setOnClickListener(v -> withdraw());
    }

    void signIn(String email, String password) throws IOException {
        session.save(api.login(email, password).execute().body());
    }

    private void withdraw() {
        startActivityForResult(new Intent(this, PinActivity.class), 1);
    }

    @Override protected void onActivityResult(int request, int result, Intent data) {
        if (result == RESULT_OK) {
            new Thread(() -> pay("10")).start();
        }
    }

    private void pay(String amount) {
        try {
            api.withdraw("Bearer " + session.token(), amount).execute(); // ok: sensitive-no-reauth
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

/** Asks for the PIN. */
class PinActivity extends Activity {
}
