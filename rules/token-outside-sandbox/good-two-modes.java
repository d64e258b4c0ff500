package sample;

import android.app.Activity;
import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.widget.Button;
import android.widget.EditText;

/** Written privately; a receiver opens the same file for every app. Which one is first, no code says: open. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setOnClickListener(v -> remember(password.getText().toString()));
    }

    private void remember(String password) {
        SharedPreferences prefs = getSharedPreferences("login", MODE_PRIVATE);
        prefs.edit().putString("password", password).apply(); // expect: token-plain-preferences
    }
}

class NameReceiver extends BroadcastReceiver {
    @Override public void onReceive(Context context, Intent intent) {
        String name = context.getSharedPreferences("login", Context.MODE_WORLD_READABLE).getString("name", "");
        context.getSharedPreferences("shown", Context.MODE_PRIVATE).edit().putString("name", name).apply();
    }
}
