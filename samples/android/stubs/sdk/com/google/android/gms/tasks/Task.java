package com.google.android.gms.tasks;

public abstract class Task<R> {
    public abstract Task<R> addOnSuccessListener(OnSuccessListener<? super R> listener);
    public abstract Task<R> addOnCompleteListener(OnCompleteListener<R> listener);
    public abstract R getResult();
    public abstract boolean isSuccessful();
}
