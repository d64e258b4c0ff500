package com.tencent.mmkv;

public class MMKV {
    public static final int SINGLE_PROCESS_MODE = 1;
    public static native String initialize(android.content.Context context);
    public static native MMKV defaultMMKV();
    public static native MMKV mmkvWithID(String mmapID);
    public static native MMKV mmkvWithID(String mmapID, int mode, String cryptKey);
    public native boolean encode(String key, String value);
    public native String decodeString(String key);
    public native void removeValueForKey(String key);
    public native void clearAll();
}
