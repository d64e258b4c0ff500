package com.google.gson;

import com.google.gson.annotations.SerializedName;
import java.lang.reflect.Field;
import java.lang.reflect.Type;
import org.json.JSONException;
import org.json.JSONObject;

/** Flat objects of strings and longs only: what the sample app needs. */
public final class Gson {
    public Gson() {}

    public <T> T fromJson(String json, Class<T> classOfT) { return fromJson(json, (Type) classOfT); }

    @SuppressWarnings("unchecked")
    public <T> T fromJson(String json, Type typeOfT) {
        if (!(typeOfT instanceof Class)) return null;
        try {
            JSONObject object = new JSONObject(json);
            Object result = ((Class<?>) typeOfT).getDeclaredConstructor().newInstance();
            for (Field field : ((Class<?>) typeOfT).getDeclaredFields()) {
                String name = name(field);
                if (name == null || !object.has(name)) continue;
                field.setAccessible(true);
                if (field.getType() == long.class) field.setLong(result, object.optLong(name));
                else field.set(result, object.optString(name));
            }
            return (T) result;
        } catch (JSONException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    public String toJson(Object src) {
        JSONObject object = new JSONObject();
        try {
            for (Field field : src.getClass().getDeclaredFields()) {
                String name = name(field);
                if (name == null) continue;
                field.setAccessible(true);
                object.put(name, field.get(src));
            }
        } catch (JSONException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return object.toString();
    }

    private static String name(Field field) {
        SerializedName annotation = field.getAnnotation(SerializedName.class);
        return annotation == null ? null : annotation.value();
    }
}
