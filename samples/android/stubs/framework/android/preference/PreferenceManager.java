package android.preference;

import android.content.Context;
import android.content.SharedPreferences;

public class PreferenceManager {
    public static native SharedPreferences getDefaultSharedPreferences(Context context);
}
