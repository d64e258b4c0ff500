package okhttp3;

import java.io.File;
import java.io.IOException;

public final class Cache {
    private final File directory;

    public Cache(File directory, long maxSize) { this.directory = directory; }

    public void evictAll() throws IOException {
        File[] files = directory.listFiles();
        if (files == null) return;
        for (File file : files) {
            if (!file.delete()) throw new IOException("failed to delete " + file);
        }
    }
}
