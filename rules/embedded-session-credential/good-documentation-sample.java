package sample;

import android.app.Activity;
import android.os.Bundle;
import android.widget.EditText;

/** The sample token that every JWT tutorial shows, as a hint in a form for developers. */
public class DecoderActivity extends Activity {
    private static final String HINT =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText token = new EditText(this);
        token.setText(HINT); // ok: embedded-session-credential
        setContentView(token);
    }
}
