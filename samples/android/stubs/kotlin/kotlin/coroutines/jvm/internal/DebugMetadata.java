package kotlin.coroutines.jvm.internal;

import java.lang.annotation.*;

@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface DebugMetadata {
    int v() default 1;

    String f() default "";

    int[] l() default {};

    int[] nl() default {};

    String[] n() default {};

    String[] s() default {};

    int[] i() default {};

    String m() default "";

    String c() default "";
}
