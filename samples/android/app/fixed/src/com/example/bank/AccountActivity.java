package com.example.bank;

import android.content.Intent;
import android.os.Bundle;
import android.util.Log;
import android.view.Menu;
import android.view.MenuItem;
import android.view.View;
import android.widget.Button;
import android.widget.TextView;
import com.example.bank.di.DaggerBankComponent;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

public class AccountActivity extends SessionActivity {
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
        leave.setOnClickListener(v -> endSession());
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
                endSession();
                return true;
            default:
                return super.onOptionsItemSelected(item);
        }
    }

    /** Named in the layout. */
    public void onSwitchUserClicked(View view) {
        endSession();
    }

    private void downloadStatement() {
        String token = store.get(Keys.ACCESS_TOKEN);
        Request request = new Request.Builder()
            .url("https://api.bank.example/v1/statements/latest")
            .header("Authorization", "Bearer " + token)
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
