package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import android.webkit.WebView;

/** Keys that are made to be public: of a map, of a search index, of a crash reporter. */
public class MapActivity extends Activity {
    private static final String MAP_TOKEN = "pk.eyJ1IjoiZXhhbXBsZSIsImEiOiJzYW1wbGUifQ.c2FtcGxlLXNpZ25hdHVyZQ";
    private static final String SEARCH_KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        WebView map = new WebView(this);
        setContentView(map);
        map.loadUrl("https://maps.example.com/styles/streets?access_token=" + MAP_TOKEN); // ok: embedded-session-credential
        Log.i("Map", "search key has " + SEARCH_KEY.length() + " characters"); // ok: embedded-session-credential
    }
}
