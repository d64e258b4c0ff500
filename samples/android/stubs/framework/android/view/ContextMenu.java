package android.view;

public interface ContextMenu extends Menu {
    interface ContextMenuInfo {
    }
}
