package sample;

import android.app.Activity;
import android.os.Bundle;
import android.webkit.WebView;
import android.widget.Button;

/** The provider's page in the app's own view. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        WebView page = new WebView(this);
        page.getSettings().setJavaScriptEnabled(true);
        page.loadUrl("https://accounts.google.com/o/oauth2/v2/auth?client_id=app&response_type=code"); // expect: embedded-webview-login
        setContentView(page);
    }
}
