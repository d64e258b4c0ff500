package android.view;

public class MenuInflater {
    public MenuInflater(android.content.Context context) {}
    public native void inflate(int menuRes, Menu menu);
}
