package sample;

import android.accounts.Account;
import android.accounts.AccountManager;
import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import java.util.HashMap;
import java.util.Map;

/** The password is in the same map; what is logged is another entry. */
public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        AccountManager manager = AccountManager.get(this);
        for (Account account : manager.getAccountsByType("com.example.account")) {
            Map<String, String> fields = new HashMap<>();
            fields.put("name", account.name);
            fields.put("password", manager.getPassword(account));
            Log.d("Account", "restored " + fields.get("name") + ", password " + !fields.get("password").isEmpty());
        }
    }
}
