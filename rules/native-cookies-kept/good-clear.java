package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import com.franmontiel.persistentcookiejar.PersistentCookieJar;
import com.franmontiel.persistentcookiejar.persistence.SharedPrefsCookiePersistor;
import java.io.IOException;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** The jar is emptied. */
public class LoginActivity extends Activity {
    private void signIn(String user, String password) {
        try {
            if (Api.of(this).login(user, password)) startActivity(new Intent(this, AccountActivity.class));
        } catch (IOException e) {
            Log.w("Login", "no answer", e);
        }
    }

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setText("Log in");
        login.setOnClickListener(v -> new Thread(() -> signIn(user.getText().toString(), password.getText().toString())).start());
        setContentView(login);
    }
}

public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
        setContentView(logout);
    }

    private void logout() {
        new Thread(this::endSession).start();
        Api.of(this).cookies.clear();
        finish();
    }

    private void endSession() {
        try {
            Api.of(this).logoutAtServer();
        } catch (IOException e) {
            Log.w("Account", "no answer", e);
        }
    }
}

class Api {
    private static Api instance;
    final PersistentCookieJar cookies;
    private final OkHttpClient client;

    private Api(Context context) {
        cookies = new PersistentCookieJar(null, new SharedPrefsCookiePersistor(context));
        client = new OkHttpClient.Builder().cookieJar(cookies).build();
    }

    static synchronized Api of(Context context) {
        if (instance == null) instance = new Api(context.getApplicationContext());
        return instance;
    }

    /** The answer's cookie is the session. */
    boolean login(String user, String password) throws IOException {
        RequestBody form = new FormBody.Builder().add("user", user).add("password", password).build();
        return send(new Request.Builder().url("https://api.example.com/login").post(form).build());
    }

    boolean logoutAtServer() throws IOException {
        return send(new Request.Builder().url("https://api.example.com/logout").post(new FormBody.Builder().build()).build());
    }

    private boolean send(Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return response.isSuccessful();
        }
    }
}
