package sample;

import android.app.Activity;
import android.os.Bundle;
import android.webkit.WebView;
import android.widget.Button;

/** The address comes from a helper. */
final class Config {
    static final String AUTHORITY = "https://login.microsoftonline.com/common";

    private Config() {}

    static String login(String state) { return AUTHORITY + "/oauth2/v2.0/authorize?client_id=app&state=" + state; }
}

public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        WebView page = new WebView(this);
        page.loadUrl(Config.login(getIntent().getStringExtra("state"))); // expect: embedded-webview-login
        setContentView(page);
    }
}
