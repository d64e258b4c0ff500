package android.content;

public class ClipData {
    public static native ClipData newPlainText(CharSequence label, CharSequence text);
    public native ClipDescription getDescription();
}
