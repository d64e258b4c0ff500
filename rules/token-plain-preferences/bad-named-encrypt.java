package sample;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Base64;
import android.widget.Button;
import android.widget.EditText;
import java.nio.charset.StandardCharsets;

/** Two classes that are said to encrypt; neither does. */
interface Vault {
    String encrypt(String text);
}

class OldVault implements Vault {
    @Override public String encrypt(String text) { return Base64.encodeToString(text.getBytes(StandardCharsets.UTF_8), Base64.NO_WRAP); }
}

class NewVault implements Vault {
    @Override public String encrypt(String text) { return new StringBuilder(text).reverse().toString(); }
}

public class LoginActivity extends Activity {
    private Vault vault = new OldVault();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        if (state != null) vault = new NewVault();
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setOnClickListener(v -> remember(vault, password.getText().toString()));
    }

    private void remember(Vault vault, String password) {
        SharedPreferences prefs = getSharedPreferences("login", MODE_PRIVATE);
        prefs.edit().putString("password", vault.encrypt(password)).apply(); // expect: token-plain-preferences
    }
}
