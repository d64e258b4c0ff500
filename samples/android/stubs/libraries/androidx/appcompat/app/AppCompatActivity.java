package androidx.appcompat.app;

import android.os.Bundle;
import android.view.View;
import androidx.fragment.app.FragmentActivity;

public class AppCompatActivity extends FragmentActivity {
    public AppCompatActivity() {}

    @Override protected void onCreate(Bundle savedInstanceState) { super.onCreate(savedInstanceState); }

    @Override public void setContentView(int layoutResID) { super.setContentView(layoutResID); }

    @Override public <T extends View> T findViewById(int id) { return super.findViewById(id); }
}
