package sample;

import android.app.Activity;
import android.content.Intent;
import android.view.Menu;
import android.view.MenuItem;
import com.google.firebase.auth.FirebaseAuth;

/** One handler for the whole menu; the sign-out is one case of it, and one result. */
public class HomeActivity extends Activity {
    @Override public boolean onCreateOptionsMenu(Menu menu) {
        getMenuInflater().inflate(R.menu.home, menu);
        return true;
    }

    @Override public boolean onOptionsItemSelected(MenuItem item) {
        if (item.getItemId() == R.id.item_refresh) {
            setTitle("Home");
            return true;
        }
        if (item.getItemId() == R.id.item_logout) { // expect: logout-local-scope
            FirebaseAuth.getInstance().signOut();
            startActivity(new Intent(this, HomeActivity.class));
            return true;
        }
        return super.onOptionsItemSelected(item);
    }
}
