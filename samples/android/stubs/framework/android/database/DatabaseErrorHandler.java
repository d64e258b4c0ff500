package android.database;

public interface DatabaseErrorHandler {
}
