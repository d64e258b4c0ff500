package sample;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.widget.Button;
import android.widget.EditText;

/** The user's PIN is checked on the phone and kept as it is. */
public class LockActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText pin = new EditText(this);
        Button save = new Button(this);
        save.setOnClickListener(v -> savePin(pin.getText().toString()));
        Button unlock = new Button(this);
        unlock.setOnClickListener(v -> unlock(pin.getText().toString()));
    }

    private void savePin(String pin) {
        SharedPreferences prefs = getPreferences(MODE_PRIVATE);
        prefs.edit().putString("user_pin", pin).apply(); // expect: token-plain-preferences
    }

    private void unlock(String entered) {
        String kept = getPreferences(MODE_PRIVATE).getString("user_pin", "");
        if (kept.equals(entered)) finish();
    }
}
