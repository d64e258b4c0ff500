package sample;

import android.accounts.Account;
import android.accounts.AccountManager;
import android.app.Activity;
import android.os.Bundle;
import android.widget.Button;

/** A tool that clears a test phone: the accounts are those of other apps. */
public class CleanActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Button clean = new Button(this);
        clean.setText("Remove test accounts");
        clean.setOnClickListener(v -> removeAll("com.example.other"));
        setContentView(clean);
    }

    private void removeAll(String type) {
        AccountManager accounts = AccountManager.get(this);
        for (Account account : accounts.getAccountsByType(type)) {
            accounts.removeAccountExplicitly(account); // ok: logout-local-scope
        }
    }
}
