package android.accounts;

import android.content.Context;
import android.os.Bundle;

public class AccountManager {
    public static native AccountManager get(Context context);
    public native boolean addAccountExplicitly(Account account, String password, Bundle userdata);
    public native String getPassword(Account account);
    public native void setAuthToken(Account account, String authTokenType, String authToken);
    public native String peekAuthToken(Account account, String authTokenType);
    public native void invalidateAuthToken(String accountType, String authToken);
    public native boolean removeAccountExplicitly(Account account);
    public native String getUserData(Account account, String key);
    public native void setUserData(Account account, String key, String value);
    public native Account[] getAccountsByType(String type);
}
