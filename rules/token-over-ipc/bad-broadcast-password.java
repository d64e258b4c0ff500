package sample;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.widget.Button;
import android.widget.EditText;

/** What is sent comes from the caller: the new password, for a receiver that sends a message to the user. */
public class ChangePasswordActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText field = new EditText(this);
        Button change = new Button(this);
        change.setOnClickListener(v -> change(field.getText().toString()));
    }

    private void change(String newPassword) { changed("5550100", newPassword); }

    private void changed(String number, String what) {
        Intent intent = new Intent();
        intent.setAction("theBroadcast");
        intent.putExtra("phone", number);
        intent.putExtra("what", what);
        sendBroadcast(intent); // expect: token-over-ipc
    }
}
