package okhttp3;

import java.io.IOException;

public interface Call {
    Request request();

    Response execute() throws IOException;

    void enqueue(Callback responseCallback);

    void cancel();

    interface Factory {
        Call newCall(Request request);
    }
}
