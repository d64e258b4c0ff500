package dagger.internal;

public interface Provider<T> extends javax.inject.Provider<T> {
}
