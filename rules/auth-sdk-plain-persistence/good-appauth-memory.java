package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import android.widget.Button;
import java.io.IOException;
import net.openid.appauth.AuthState;
import net.openid.appauth.AuthorizationException;
import net.openid.appauth.AuthorizationResponse;
import net.openid.appauth.AuthorizationService;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** AppAuth's state stays in memory; what is written is only whether somebody has been here. */
public class TokenActivity extends Activity {
    private static AuthState current;

    @Override protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        AuthorizationResponse response = AuthorizationResponse.fromIntent(getIntent());
        current = new AuthState(response, AuthorizationException.fromIntent(getIntent()));
        new AuthorizationService(this).performTokenRequest(response.createTokenExchangeRequest(), (tokens, error) -> {
            current.update(tokens, error);
            getSharedPreferences("AuthState", MODE_PRIVATE).edit().putBoolean("seen", current.isAuthorized()).apply(); // ok: auth-sdk-plain-persistence
        });
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private void logout() {
        String refresh = current.getRefreshToken();
        current = null;
        new Api().revoke(refresh);
    }
}

class Api {
    private final OkHttpClient client = new OkHttpClient();

    void revoke(String refreshToken) {
        RequestBody form = new FormBody.Builder().add("token", refreshToken).add("token_type_hint", "refresh_token").build();
        send(new Request.Builder().url("https://id.example.com/oauth2/revoke").post(form).build());
    }

    private void send(Request request) {
        client.newCall(request).enqueue(new Callback() {
            @Override public void onResponse(Call call, Response response) {
                Log.i("Api", "answer " + response.code());
                response.close();
            }

            @Override public void onFailure(Call call, IOException e) {
                Log.w("Api", "no answer", e);
            }
        });
    }
}
