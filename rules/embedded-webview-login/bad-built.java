package sample;

import android.app.Activity;
import android.net.Uri;
import android.os.Bundle;
import android.webkit.WebView;
import android.widget.Button;

/** The address is put together. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        WebView page = new WebView(this);
        String url = Uri.parse("https://id.example.com/oauth2/authorize").buildUpon()
            .appendQueryParameter("client_id", "app")
            .appendQueryParameter("redirect_uri", "com.example:/callback").build().toString();
        page.loadUrl(url); // expect: embedded-webview-login
        setContentView(page);
    }
}
