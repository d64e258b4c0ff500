package kotlin.jvm.internal;

import java.lang.annotation.*;

@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface SourceDebugExtension {
    String[] value();
}
