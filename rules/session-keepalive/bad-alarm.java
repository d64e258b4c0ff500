package sample;

import android.app.Activity;
import android.app.AlarmManager;
import android.app.PendingIntent;
import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.os.Bundle;
import android.util.Log;
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** An alarm tells the server every quarter of an hour that somebody is there. */
public class HomeActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        AlarmManager alarms = getSystemService(AlarmManager.class);
        PendingIntent beat = PendingIntent.getBroadcast(this, 0, new Intent(this, Beat.class), PendingIntent.FLAG_IMMUTABLE);
        alarms.setInexactRepeating(AlarmManager.RTC, 0, AlarmManager.INTERVAL_FIFTEEN_MINUTES, beat); // expect: session-keepalive
    }
}

class Beat extends BroadcastReceiver {
    @Override public void onReceive(Context context, Intent intent) { new Server(context).keepAlive(); }
}

class Server {
    private final Context context;

    Server(Context context) { this.context = context; }

    void keepAlive() {
        String id = context.getSharedPreferences("session", Context.MODE_PRIVATE).getString("session_id", "");
        Request request = new Request.Builder().url("https://api.example.com/presence").header("X-Session-Id", id).build();
        try {
            new OkHttpClient().newCall(request).execute().close();
        } catch (IOException e) {
            Log.w("Server", "not told", e);
        }
    }

    void signedIn(String id) {
        context.getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("session_id", id).apply();
    }
}
