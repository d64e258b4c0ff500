package retrofit2;

import java.io.IOException;

public interface Call<T> extends Cloneable {
    Response<T> execute() throws IOException;

    void enqueue(Callback<T> callback);

    void cancel();
}
