package android.app;

public class AlarmManager {
    public static final int RTC = 1;
    public static final int ELAPSED_REALTIME = 3;
    public static final long INTERVAL_FIFTEEN_MINUTES = 900000L;
    public native void set(int type, long triggerAtMillis, PendingIntent operation);
    public native void setInexactRepeating(int type, long triggerAtMillis, long intervalMillis, PendingIntent operation);
    public native void cancel(PendingIntent operation);
}
