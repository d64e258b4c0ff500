package com.google.android.gms.tasks;

public interface OnSuccessListener<R> {
    void onSuccess(R result);
}
