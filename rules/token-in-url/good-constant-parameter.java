package sample;

import android.app.Activity;
import android.os.Bundle;
import android.util.Log;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.Query;

/** The parameter is called a token; what every build sends in it is the guest's zero. */
interface NewsApi {
    @GET("v1/news")
    Call<String> news(@Query("access_token") String token);
}

public class NewsActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        NewsApi api = new Retrofit.Builder().baseUrl("https://api.example.com/").build().create(NewsApi.class);
        api.news("0").enqueue(new Callback<String>() { // ok: token-in-url
            @Override public void onResponse(Call<String> call, Response<String> response) {
                setTitle(response.body());
            }

            @Override public void onFailure(Call<String> call, Throwable t) {
                Log.w("News", "none", t);
            }
        });
    }
}
