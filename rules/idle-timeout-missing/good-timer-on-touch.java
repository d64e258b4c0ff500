package sample;

import android.app.Activity;
import android.content.Context;
import android.content.Intent;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;

/** Every touch pushes the lock two minutes further. */
public class AccountActivity extends Activity {
    private final Handler idle = new Handler(Looper.getMainLooper());
    private Locker lock = new Locker(this);

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        setTitle("Account");
    }

    @Override public void onUserInteraction() {
        super.onUserInteraction();
        idle.removeCallbacks(lock);
        lock = new Locker(this);
        idle.postDelayed(lock, 2 * 60 * 1000L); // ok: idle-timeout-missing
    }
}

class Locker implements Runnable {
    private final Activity activity;

    Locker(Activity activity) { this.activity = activity; }

    @Override public void run() {
        activity.startActivity(new Intent(activity, PinLockActivity.class));
        activity.finish();
    }
}

class PinLockActivity extends Activity {
    void signedIn(String id) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("session_id", id).apply();
    }
}
