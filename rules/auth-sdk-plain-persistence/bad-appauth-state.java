package sample;

import android.app.Activity;
import android.content.SharedPreferences;
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
import org.json.JSONException;

/** AppAuth keeps nothing itself; this app keeps the whole state, refresh token included, as plain text. */
public class TokenActivity extends Activity {
    private AuthorizationService service;

    @Override protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        service = new AuthorizationService(this);
        AuthorizationResponse response = AuthorizationResponse.fromIntent(getIntent());
        AuthState state = new AuthState(response, AuthorizationException.fromIntent(getIntent()));
        service.performTokenRequest(response.createTokenExchangeRequest(), (tokens, error) -> {
            state.update(tokens, error);
            SharedPreferences prefs = getSharedPreferences("AuthState", MODE_PRIVATE);
            prefs.edit().putString("state", state.jsonSerializeString()).apply(); // expect: auth-sdk-plain-persistence
        });
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
    }

    private void logout() {
        SharedPreferences prefs = getSharedPreferences("AuthState", MODE_PRIVATE);
        try {
            new Api().revoke(AuthState.jsonDeserialize(prefs.getString("state", "{}")).getRefreshToken());
        } catch (JSONException e) {
            Log.w("Token", "no state", e);
        }
        prefs.edit().remove("state").apply();
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
