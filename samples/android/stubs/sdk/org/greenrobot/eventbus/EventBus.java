package org.greenrobot.eventbus;

public class EventBus {
    public static native EventBus getDefault();
    public native void register(Object subscriber);
    public native void unregister(Object subscriber);
    public native void post(Object event);
}
