package android.view;

public interface MenuItem {
    interface OnMenuItemClickListener {
        boolean onMenuItemClick(MenuItem item);
    }

    int getItemId();
    MenuItem setTitle(int title);
    MenuItem setVisible(boolean visible);
    MenuItem setOnMenuItemClickListener(OnMenuItemClickListener listener);
}
