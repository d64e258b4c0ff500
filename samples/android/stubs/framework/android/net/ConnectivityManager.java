package android.net;

public class ConnectivityManager {
    public native NetworkInfo getActiveNetworkInfo();
}
