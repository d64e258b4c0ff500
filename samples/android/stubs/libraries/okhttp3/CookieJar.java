package okhttp3;

import java.util.List;

public interface CookieJar {
    void saveFromResponse(HttpUrl url, List<Cookie> cookies);

    List<Cookie> loadForRequest(HttpUrl url);
}
