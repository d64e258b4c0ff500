package com.example.bank;

import android.content.Intent;
import android.os.Bundle;
import android.util.Log;
import android.view.Menu;
import android.view.MenuItem;
import android.view.View;
import android.widget.Button;
import android.widget.TextView;
import androidx.appcompat.app.AppCompatActivity;
import com.example.bank.di.DaggerBankComponent;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

public class AccountActivity extends AppCompatActivity {
    private SessionStore store;
    private OkHttpClient client;

    @Override protected void onCreate(Bundle savedInstanceState) {
        super.onCreate(savedInstanceState);
        DaggerBankComponent component = ((BankApplication) getApplication()).component();
        store = component.sessionStore();
        client = component.client();
        setContentView(R.layout.activity_account);
        TextView balance = findViewById(R.id.balance);
        balance.setText(component.database().customers().balance(store.get(Keys.USERNAME)));
        Button statement = findViewById(R.id.button_statement);
        statement.setOnClickListener(v -> downloadStatement());
        Button portal = findViewById(R.id.button_portal);
        portal.setOnClickListener(v -> startActivity(new Intent(this, PortalActivity.class)));
        Button leave = findViewById(R.id.button_leave);
        leave.setOnClickListener(v -> leave()); // expect: logout-partial-clear // expect: logout-no-server-call // expect: webview-cookies-kept // expect: webview-storage-kept // expect: user-data-kept
    }

    @Override public boolean onCreateOptionsMenu(Menu menu) {
        getMenuInflater().inflate(R.menu.account, menu);
        return true;
    }

    @Override public boolean onOptionsItemSelected(MenuItem item) {
        switch (item.getItemId()) {
            case R.id.action_settings:
                startActivity(new Intent(this, SettingsActivity.class));
                return true;
            case R.id.action_sign_out:
                forget(); // expect: logout-partial-clear // expect: logout-no-server-call // expect: webview-cookies-kept // expect: webview-storage-kept // expect: user-data-kept
                return true;
            default:
                return super.onOptionsItemSelected(item);
        }
    }

    /** Menu: the refresh token stays. */
    private void forget() {
        store.remove(Keys.ACCESS_TOKEN);
        showLogin();
    }

    /** Named in the layout: nothing is removed at all. */
    public void onSwitchUserClicked(View view) {
        showLogin(); // expect: logout-tokens-kept // expect: logout-no-server-call // expect: webview-cookies-kept // expect: webview-storage-kept // expect: user-data-kept
    }

    /** Listener of a button: what was kept for each customer stays, and so do the password and the database. */
    private void leave() {
        store.remove(Keys.ACCESS_TOKEN);
        store.remove(Keys.REFRESH_TOKEN);
        showLogin();
    }

    private void showLogin() {
        Intent login = new Intent(this, LoginActivity.class);
        login.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK | Intent.FLAG_ACTIVITY_CLEAR_TASK);
        startActivity(login);
        finish();
    }

    private void downloadStatement() {
        String token = store.get(Keys.ACCESS_TOKEN);
        Request request = new Request.Builder()
            .url("https://api.bank.example/v1/statements/latest?access_token=" + token) // expect: token-in-url
            .build();
        client.newCall(request).enqueue(new Callback() {
            @Override public void onResponse(Call call, Response response) {
                Log.i("Account", "statement: " + response.code());
            }

            @Override public void onFailure(Call call, IOException e) {
                Log.e("Account", "no statement", e);
            }
        });
    }
}
