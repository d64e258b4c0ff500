package kotlinx.coroutines;

public enum CoroutineStart { DEFAULT, LAZY }
