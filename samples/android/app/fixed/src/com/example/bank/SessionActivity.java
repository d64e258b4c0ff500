package com.example.bank;

import android.content.Intent;
import android.os.SystemClock;
import androidx.appcompat.app.AppCompatActivity;

/** A screen that belongs to a session: it ends the session when nobody has touched it for a while. */
public abstract class SessionActivity extends AppCompatActivity {
    private static final long IDLE_MILLIS = 5 * 60 * 1000;
    private static long lastTouched = SystemClock.elapsedRealtime();

    @Override public void onUserInteraction() {
        super.onUserInteraction();
        lastTouched = SystemClock.elapsedRealtime();
    }

    @Override protected void onResume() {
        super.onResume();
        if (SystemClock.elapsedRealtime() - lastTouched > IDLE_MILLIS) endSession();
    }

    /** What every way out leads to. */
    protected void endSession() {
        new SessionEnder(((BankApplication) getApplication()).component().authClient()).end();
        Intent login = new Intent(this, LoginActivity.class);
        login.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK | Intent.FLAG_ACTIVITY_CLEAR_TASK);
        startActivity(login);
        finish();
    }
}
