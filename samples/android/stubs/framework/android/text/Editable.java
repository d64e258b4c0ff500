package android.text;

public interface Editable extends CharSequence {
    Editable append(CharSequence text);
    void clear();
}
