package okhttp3;

import java.io.IOException;

public interface Authenticator {
    Request authenticate(Route route, Response response) throws IOException;
}
