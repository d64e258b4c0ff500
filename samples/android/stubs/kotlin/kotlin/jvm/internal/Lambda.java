package kotlin.jvm.internal;

import java.io.Serializable;

public abstract class Lambda<R> implements FunctionBase<R>, Serializable {
    private final int arity;

    public Lambda(int arity) { this.arity = arity; }

    @Override public int getArity() { return arity; }
}
