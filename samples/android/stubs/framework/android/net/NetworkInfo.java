package android.net;

public class NetworkInfo {
    public native boolean isConnected();
}
