package sample;

import android.accounts.Account;
import android.accounts.AccountManager;
import android.app.Activity;
import android.content.ClipData;
import android.content.ClipboardManager;
import android.os.Bundle;
import android.widget.Button;

/** The account store holds more than credentials: what is copied is the user's public name. */
public class ProfileActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Button copy = new Button(this);
        copy.setOnClickListener(v -> copy());
    }

    private void copy() {
        AccountManager accounts = AccountManager.get(this);
        Account[] all = accounts.getAccountsByType("com.example.sample");
        if (all.length == 0) return;
        ClipboardManager clipboard = (ClipboardManager) getSystemService(CLIPBOARD_SERVICE);
        clipboard.setPrimaryClip(ClipData.newPlainText("Name", accounts.getUserData(all[0], "public_name"))); // ok: token-on-clipboard
    }
}
