package okhttp3;

import java.io.IOException;

public interface Authenticator {
    Authenticator NONE = (route, response) -> null;

    Request authenticate(Route route, Response response) throws IOException;
}
