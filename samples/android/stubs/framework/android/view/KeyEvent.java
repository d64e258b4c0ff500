package android.view;

public class KeyEvent {
    public static final int KEYCODE_BACK = 4;
    public static final int KEYCODE_ENTER = 66;
    public KeyEvent(int action, int code) {}
    public final native int getAction();
    public final native int getKeyCode();

    public interface Callback {
        boolean onKeyDown(int keyCode, KeyEvent event);
        boolean onKeyUp(int keyCode, KeyEvent event);
    }
}
