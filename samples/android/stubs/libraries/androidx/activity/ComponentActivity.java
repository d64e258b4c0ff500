package androidx.activity;

import androidx.lifecycle.LifecycleOwner;

public class ComponentActivity extends androidx.core.app.ComponentActivity implements LifecycleOwner {
    public ComponentActivity() {}
}
