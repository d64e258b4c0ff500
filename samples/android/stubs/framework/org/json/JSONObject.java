package org.json;

public class JSONObject {
    public JSONObject() {}
    public JSONObject(String json) throws JSONException {}
    public native JSONObject put(String name, Object value) throws JSONException;
    public native JSONObject put(String name, boolean value) throws JSONException;
    public native JSONObject put(String name, int value) throws JSONException;
    public native String getString(String name) throws JSONException;
    public native String optString(String name);
    public native String optString(String name, String fallback);
    public native long optLong(String name);
    public native boolean has(String name);
    @Override public native String toString();
}
