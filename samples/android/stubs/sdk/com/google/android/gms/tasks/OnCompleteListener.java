package com.google.android.gms.tasks;

public interface OnCompleteListener<R> {
    void onComplete(Task<R> task);
}
