package sample;

import android.app.Activity;
import android.os.Bundle;
import android.webkit.WebView;
import android.widget.Button;

/** A help page about authorising. */
public class LoginActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        WebView page = new WebView(this);
        page.loadUrl("https://www.example.com/help/how-to-authorize-a-payment");
        setContentView(page);
    }
}
