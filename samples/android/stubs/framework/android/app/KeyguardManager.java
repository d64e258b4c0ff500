package android.app;

import android.content.Intent;

public class KeyguardManager {
    public native boolean isDeviceSecure();
    public native Intent createConfirmDeviceCredentialIntent(CharSequence title, CharSequence description);
}
