package okhttp3;

public final class Route {
    Route() {}
}
