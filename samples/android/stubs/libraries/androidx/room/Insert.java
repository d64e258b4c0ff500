package androidx.room;

import java.lang.annotation.*;

@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
public @interface Insert {
    int onConflict() default 3;
}
