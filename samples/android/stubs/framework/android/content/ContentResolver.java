package android.content;

public abstract class ContentResolver {
    public final native android.net.Uri insert(android.net.Uri url, ContentValues values);
    public final native int delete(android.net.Uri url, String where, String[] selectionArgs);
    public final native java.io.OutputStream openOutputStream(android.net.Uri uri) throws java.io.FileNotFoundException;
}
