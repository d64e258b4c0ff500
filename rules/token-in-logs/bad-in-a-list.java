package sample;

import android.accounts.Account;
import android.accounts.AccountManager;
import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import java.util.ArrayList;
import java.util.List;

/** What is logged is a list; the password is one of its elements. */
public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        AccountManager manager = AccountManager.get(this);
        for (Account account : manager.getAccountsByType("com.example.account")) {
            List<String> fields = new ArrayList<>();
            fields.add(account.name);
            fields.add(manager.getPassword(account));
            Log.d("Account", "restored " + fields); // expect: token-in-logs
        }
    }
}
