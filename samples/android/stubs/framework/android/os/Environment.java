package android.os;

import java.io.File;

public class Environment {
    public static final String DIRECTORY_DOWNLOADS = "Download";
    public static native File getExternalStorageDirectory();
    public static native File getExternalStoragePublicDirectory(String type);
}
