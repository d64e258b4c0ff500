//! Points in time and lengths of time.

use crate::analysis::testing::App;
use crate::analysis::time::{Time, Times};
use crate::ir::Op;

/// Seconds from now of what `A.f` returns, and its value where it is no moment.
fn time(text: &str) -> (Option<i64>, Option<i64>) {
    let app = App::new(text);
    let func = app.func("A.f");
    let value = app
        .program
        .body(func)
        .ops
        .iter()
        .find_map(|op| match op {
            Op::Return { value } => *value,
            _ => None,
        })
        .unwrap();
    let graph = app.graph();
    let time = Times::new(&graph).of(func, value, &None);
    (time.and_then(Time::from_now), time.and_then(Time::length))
}

#[test]
fn a_sum_with_the_clock_is_a_moment() {
    let found = time(
        r#"
class LA;
  method static f()J
    b0:
      v0 = call static Ljava/lang/System;->currentTimeMillis()J ()
      v1 = 3600000
      v2 = 24
      v3 = compute multiply (v1, v2)
      v4 = compute add (v0, v3)
      return v4
"#,
    );
    assert_eq!(found, (Some(86_400), None));
}

#[test]
fn seconds_since_1970_are_a_moment_too() {
    let found = time(
        r#"
class LA;
  method static f()J
    b0:
      v0 = call static Ljava/lang/System;->currentTimeMillis()J ()
      v1 = 1000
      v2 = compute divide (v0, v1)
      v3 = 600
      v4 = compute add (v2, v3)
      return v4
"#,
    );
    assert_eq!(found, (Some(600), None));
}

#[test]
fn a_difference_of_two_moments_is_a_length() {
    let found = time(
        r#"
class LA;
  method static f()J
    b0:
      v0 = call static Ljava/lang/System;->currentTimeMillis()J ()
      v1 = 5000
      v2 = compute add (v0, v1)
      v3 = compute subtract (v2, v0)
      return v3
"#,
    );
    assert_eq!(found, (None, Some(5000)));
}

#[test]
fn callers_that_disagree_leave_a_time_unknown() {
    let two = |second: &str| {
        time(&format!(
            r#"
class LA;
  field static given:J
  method static f()J
    b0:
      v0 = 60
      v1 = call static LA;->after(J)J (v0)
      return v1
  method static after(J)J
    b0:
      v1 = LA;->given:J
      v2 = compute add (v0, v1)
      return v2
  method static one()V
    b0:
      v0 = 7
      call static LA;->set(J)V (v0)
      v1 = {second}
      call static LA;->set(J)V (v1)
      return
  method static set(J)V
    b0:
      LA;->given:J = v0
      return
"#
        ))
    };
    assert_eq!(two("7"), (None, Some(67)));
    assert_eq!(two("8"), (None, None));
}
