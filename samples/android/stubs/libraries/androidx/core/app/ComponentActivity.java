package androidx.core.app;

import android.app.Activity;

public class ComponentActivity extends Activity {
    public ComponentActivity() {}
}
