package androidx.work;

public final class Constraints {
    final NetworkType requiredNetworkType;

    Constraints(NetworkType type) { requiredNetworkType = type; }

    public static final class Builder {
        private NetworkType type = NetworkType.NOT_REQUIRED;

        public Builder() {}

        public Builder setRequiredNetworkType(NetworkType networkType) {
            type = networkType;
            return this;
        }

        public Constraints build() { return new Constraints(type); }
    }
}
