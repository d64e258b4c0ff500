package sample;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Base64;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/** One of two implementations encrypts; which one runs is decided elsewhere: open, whatever it is called. */
interface Codec {
    String apply(String text);
}

class PlainCodec implements Codec {
    @Override public String apply(String text) { return Base64.encodeToString(text.getBytes(StandardCharsets.UTF_8), Base64.NO_WRAP); }
}

class KeystoreCodec implements Codec {
    @Override public String apply(String text) {
        try {
            KeyStore keys = KeyStore.getInstance("AndroidKeyStore");
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, (SecretKey) keys.getKey("session", null));
            return Base64.encodeToString(cipher.doFinal(text.getBytes(StandardCharsets.UTF_8)), Base64.NO_WRAP);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

public class LoginActivity extends Activity {
    private Codec codec = new KeystoreCodec();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        if (state != null) codec = new PlainCodec();
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setOnClickListener(v -> remember(codec, password.getText().toString()));
    }

    private void remember(Codec codec, String password) {
        SharedPreferences prefs = getSharedPreferences("login", MODE_PRIVATE);
        prefs.edit().putString("password", codec.apply(password)).apply(); // ok: token-plain-preferences
    }
}
