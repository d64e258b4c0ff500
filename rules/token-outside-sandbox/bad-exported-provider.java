package sample;

import android.app.Activity;
import android.content.ContentProvider;
import android.content.ContentValues;
import android.content.Context;
import android.database.Cursor;
import android.database.sqlite.SQLiteDatabase;
import android.net.Uri;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.json.JSONException;
import org.json.JSONObject;

/** Anybody may query the provider that serves the accounts table. */
public class AccountProvider extends ContentProvider {
    private SQLiteDatabase db;

    @Override public boolean onCreate() {
        db = getContext().openOrCreateDatabase("accounts.db", Context.MODE_PRIVATE, null);
        db.execSQL("CREATE TABLE IF NOT EXISTS accounts (id TEXT, refresh_token TEXT)");
        return true;
    }

    @Override public Cursor query(Uri uri, String[] columns, String where, String[] args, String order) {
        return db.query("accounts", columns, where, args, null, null, order);
    }

    @Override public Uri insert(Uri uri, ContentValues values) { return uri; }

    @Override public int update(Uri uri, ContentValues values, String where, String[] args) { return 0; }

    @Override public int delete(Uri uri, String where, String[] args) { return 0; }

    @Override public String getType(Uri uri) { return null; }
}

public class LoginActivity extends Activity {
    private final Api api = new Api();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setText("Log in");
        login.setOnClickListener(v -> new Thread(() -> signIn(user.getText().toString(), password.getText().toString())).start());
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private void signIn(String user, String password) {
        try {
            ContentValues row = new ContentValues();
            row.put("id", user);
            row.put("refresh_token", api.login(user, password).getString("refresh_token"));
            openOrCreateDatabase("accounts.db", MODE_PRIVATE, null).insert("accounts", null, row); // expect: token-outside-sandbox
        } catch (IOException | JSONException e) {
            Log.w("Login", "login failed", e);
        }
    }

    private void logout() {
        try (Cursor row = openOrCreateDatabase("accounts.db", MODE_PRIVATE, null).rawQuery("SELECT refresh_token FROM accounts", null)) {
            if (row.moveToFirst()) api.revoke(row.getString(0));
        }
        deleteDatabase("accounts.db");
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
