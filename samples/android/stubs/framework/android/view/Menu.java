package android.view;

public interface Menu {
    MenuItem add(CharSequence title);
    MenuItem add(int groupId, int itemId, int order, int titleRes);
    MenuItem findItem(int id);
    void clear();
}
