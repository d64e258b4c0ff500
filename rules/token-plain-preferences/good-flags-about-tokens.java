package sample;

import android.app.Activity;
import android.content.SharedPreferences;
import android.os.Bundle;
import android.util.Log;
import org.json.JSONException;
import org.json.JSONObject;

/** Options are named for tokens and hold none. */
public class OptionsActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        SharedPreferences prefs = getSharedPreferences("options", MODE_PRIVATE);
        try {
            JSONObject options = new JSONObject();
            options.put("forceCodeForRefreshToken", state != null);
            options.put("access_token_retries", 3);
            prefs.edit().putString("signInOptions", options.toString()).apply(); // ok: token-plain-preferences
        } catch (JSONException e) {
            Log.w("Options", "no options", e);
        }
    }
}
