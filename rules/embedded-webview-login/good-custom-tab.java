package sample;

import android.app.Activity;
import android.net.Uri;
import android.os.Bundle;
import android.widget.Button;
import androidx.browser.customtabs.CustomTabsIntent;

/** The user's browser shows the page. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new CustomTabsIntent.Builder().build()
            .launchUrl(this, Uri.parse("https://accounts.google.com/o/oauth2/v2/auth?client_id=app&response_type=code"));
    }
}
