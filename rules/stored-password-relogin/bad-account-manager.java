package sample;

import android.accounts.Account;
import android.accounts.AccountManager;
import android.app.Activity;
import android.content.Context;
import android.os.Bundle;
import android.util.Log;
import android.view.View;
import android.widget.Button;
import android.widget.EditText;
import androidx.work.PeriodicWorkRequest;
import androidx.work.WorkManager;
import androidx.work.Worker;
import androidx.work.WorkerParameters;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.JSONException;
import org.json.JSONObject;

/** The account manager is given the password, and the sync job signs in with it again and again. */
public class LoginActivity extends Activity {
    private final Api api = new Api();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setText("Log in");
        login.setOnClickListener(v -> new Thread(() -> signIn(user.getText().toString(), password.getText().toString())).start());
    }

    private void signIn(String user, String password) {
        try {
            Account account = new Account(user, "com.example");
            AccountManager.get(this).addAccountExplicitly(account, password, null); // expect: stored-password-relogin
            Session.accessToken = api.login(user, password).getString("access_token");
            WorkManager.getInstance(this).enqueue(new PeriodicWorkRequest.Builder(SyncWorker.class, 6, TimeUnit.HOURS).build());
        } catch (IOException | JSONException e) {
            Log.w("Login", "login failed", e);
        }
    }

    public void onLogoutClicked(View view) {
        AccountManager accounts = AccountManager.get(this);
        for (Account account : accounts.getAccountsByType("com.example")) accounts.removeAccountExplicitly(account);
        WorkManager.getInstance(this).cancelAllWork();
        api.revoke(Session.accessToken);
        Session.accessToken = null;
    }
}

final class Session {
    static volatile String accessToken;
}

public class SyncWorker extends Worker {
    public SyncWorker(Context context, WorkerParameters params) { super(context, params); }

    @Override public Result doWork() {
        AccountManager accounts = AccountManager.get(getApplicationContext());
        Account account = accounts.getAccountsByType("com.example")[0];
        try {
            Session.accessToken = new Api().login(account.name, accounts.getPassword(account)).getString("access_token");
            return Result.success();
        } catch (IOException | JSONException e) {
            return Result.retry();
        }
    }
}

class Api {
    private static final String BASE = "https://api.example.com";
    private final OkHttpClient client = new OkHttpClient();

    JSONObject login(String user, String password) throws IOException, JSONException {
        RequestBody form = new FormBody.Builder().add("username", user).add("password", password).build();
        Request request = new Request.Builder().url(BASE + "/auth/login").post(form).build();
        try (Response response = client.newCall(request).execute()) {
            return new JSONObject(response.body().string());
        }
    }

    /** RFC 7009: the server forgets the refresh token and what was issued with it. */
    void revoke(String refreshToken) {
        RequestBody form = new FormBody.Builder().add("token", refreshToken).add("token_type_hint", "refresh_token").build();
        send(new Request.Builder().url(BASE + "/oauth/revoke").post(form).build());
    }

    private void send(Request request) {
        client.newCall(request).enqueue(new Callback() {
            @Override public void onResponse(Call call, Response response) {
                Log.i("Api", "answer " + response.code());
                response.close();
            }

            @Override public void onFailure(Call call, IOException e) {
                Log.w("Api", "no answer", e);
            }
        });
    }
}
