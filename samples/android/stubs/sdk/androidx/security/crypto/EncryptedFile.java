package androidx.security.crypto;

import android.content.Context;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;

public final class EncryptedFile {
    public enum FileEncryptionScheme { AES256_GCM_HKDF_4KB }

    public native FileOutputStream openFileOutput() throws GeneralSecurityException, IOException;
    public native FileInputStream openFileInput() throws GeneralSecurityException, IOException;

    public static final class Builder {
        public Builder(Context context, File file, MasterKey masterKey, FileEncryptionScheme fileEncryptionScheme) {}
        public native EncryptedFile build();
    }
}
