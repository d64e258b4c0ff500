package kotlin.jvm;

import java.lang.annotation.*;

@Retention(RetentionPolicy.CLASS)
public @interface JvmName {
    String name();
}
