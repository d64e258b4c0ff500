package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import android.widget.EditText;
import com.google.firebase.auth.FirebaseAuth;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The back end is asked to revoke the user's tokens before the local sign-out. */
public class LoginActivity extends Activity {
    private final FirebaseAuth auth = FirebaseAuth.getInstance();
    private final OkHttpClient client = new OkHttpClient();

    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        EditText user = new EditText(this);
        EditText password = new EditText(this);
        Button login = new Button(this);
        login.setOnClickListener(v -> auth.signInWithEmailAndPassword(user.getText().toString(), password.getText().toString()));
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private void logout() {
        auth.getCurrentUser().getIdToken(false).addOnCompleteListener(task -> { // ok: logout-local-scope
            if (task.isSuccessful()) end(task.getResult().getToken());
            auth.signOut();
            finish();
        });
    }

    private void end(String idToken) {
        Request request = new Request.Builder()
            .url("https://api.example.com/sessions/revoke")
            .header("Authorization", "Bearer " + idToken)
            .post(new FormBody.Builder().build())
            .build();
        client.newCall(request).enqueue(new Callback() {
            @Override public void onResponse(Call call, Response response) { Log.i("Login", "revoked: " + response.code()); }

            @Override public void onFailure(Call call, IOException e) { Log.w("Login", "not revoked", e); }
        });
    }
}
