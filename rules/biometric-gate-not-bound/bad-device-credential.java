package sample;

import android.app.Activity;
import android.app.KeyguardManager;
import android.content.Context;
import android.content.Intent;
import android.os.Bundle;

/** The answer to the device's own unlock screen is a result code, and a result code opens the account. */
public class AccountActivity extends Activity {
    private static final int UNLOCK = 7;

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        KeyguardManager keyguard = getSystemService(KeyguardManager.class);
        Intent unlock = keyguard.createConfirmDeviceCredentialIntent("Account", "Unlock to see it"); // expect: biometric-gate-not-bound
        startActivityForResult(unlock, UNLOCK);
    }

    @Override protected void onActivityResult(int request, int result, Intent data) {
        if (request == UNLOCK && result == RESULT_OK) {
            setTitle(getSharedPreferences("session", Context.MODE_PRIVATE).getString("session_id", ""));
        }
    }

    void signedIn(String id) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("session_id", id).apply();
    }
}
