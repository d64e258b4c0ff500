//! Points in time and lengths of time that code computes: `now + 30 * DAY`, `Date`, `Calendar`,
//! `Instant`, `Duration`, `TimeUnit`, Kotlin's durations.
//!
//! A number says nothing of its unit; a sum with the clock does. So a value is a line through the
//! clock: so many ticks a second of *now*, plus a constant. What is not of that form is not known.

use std::cell::Cell;

use super::callgraph::CallGraph;
use super::values::{Context, Site, enter};
use crate::ir::{
    Body, Const, FuncId, MethodId, Op, Operator, Place, Program, StaticValue, Value, access,
};

/// A moment, or a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// Ticks of the clock a second: 1000 for milliseconds since 1970; 0 for a length or a plain
    /// number.
    pub clock: i64,
    /// What is added to the clock, in the same ticks.
    pub offset: i64,
}

impl Time {
    const NOW: Self = Self {
        clock: MILLIS,
        offset: 0,
    };

    fn number(offset: i64) -> Self {
        Self { clock: 0, offset }
    }

    /// Seconds from now until this moment; none for what is no moment.
    #[must_use]
    pub fn from_now(self) -> Option<i64> {
        (self.clock > 0).then(|| self.offset / self.clock)
    }

    /// The value of a plain number or of a length in milliseconds.
    #[must_use]
    pub fn length(self) -> Option<i64> {
        (self.clock == 0).then_some(self.offset)
    }

    fn combine(self, operator: Operator, other: Self) -> Option<Self> {
        match operator {
            Operator::Add => Some(Self {
                clock: self.clock.checked_add(other.clock)?,
                offset: self.offset.checked_add(other.offset)?,
            }),
            Operator::Subtract => Some(Self {
                clock: self.clock.checked_sub(other.clock)?,
                offset: self.offset.checked_sub(other.offset)?,
            }),
            Operator::Multiply => {
                let (line, factor) = if other.clock == 0 {
                    (self, other.offset)
                } else {
                    (other, self.length()?)
                };
                Some(Self {
                    clock: line.clock.checked_mul(factor)?,
                    offset: line.offset.checked_mul(factor)?,
                })
            }
            Operator::Divide => {
                let divisor = other.length().filter(|divisor| *divisor != 0)?;
                Some(Self {
                    clock: self.clock.checked_div(divisor)?,
                    offset: self.offset.checked_div(divisor)?,
                })
            }
            Operator::Compare | Operator::Or | Operator::Convert => None,
        }
    }
}

/// Milliseconds in a second.
const MILLIS: i64 = 1000;
/// Milliseconds in a day.
const DAY: i64 = 86_400_000;
/// Deepest chain of definitions that is followed.
const MAX_DEPTH: u8 = 24;
/// Definitions visited for one answer.
const MAX_STEPS: u32 = 2000;
/// Callers of a function that are asked what they give.
const MAX_CALLERS: usize = 3;

/// Reads times.
pub struct Times<'g, 'p, 'a> {
    program: &'p Program<'a>,
    graph: &'g CallGraph<'p, 'a>,
    steps: Cell<u32>,
}

impl<'g, 'p, 'a> Times<'g, 'p, 'a> {
    /// A reader.
    #[must_use]
    pub fn new(graph: &'g CallGraph<'p, 'a>) -> Self {
        Self {
            program: graph.program(),
            graph,
            steps: Cell::new(0),
        }
    }

    /// The time that a value is, if it is one on every way.
    #[must_use]
    pub fn of(&self, func: FuncId, value: Value, context: &Context) -> Option<Time> {
        self.steps.set(0);
        self.eval(func, value, context, MAX_DEPTH)
    }

    fn eval(&self, func: FuncId, value: Value, context: &Context, depth: u8) -> Option<Time> {
        let depth = depth.checked_sub(1)?;
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS {
            return None;
        }
        let body = self.program.body(func);
        if let Some(index) = body.param_index(value) {
            return self.param(func, index, context, depth);
        }
        let (op, operation) = body.def(value)?;
        let site = Site { func, op };
        match operation {
            Op::Const {
                value: Const::Int(number),
                ..
            } => Some(Time::number(*number)),
            Op::Cast { src, .. } => self.eval(func, *src, context, depth),
            Op::Compute {
                operator, inputs, ..
            } => match (operator, body.args(*inputs)) {
                (Operator::Convert, [only]) => self.eval(func, *only, context, depth),
                (_, [left, right]) => {
                    let left = self.eval(func, *left, context, depth)?;
                    let right = self.eval(func, *right, context, depth)?;
                    left.combine(*operator, right)
                }
                _ => None,
            },
            Op::Load {
                place: Place::Static(field) | Place::Field(_, field),
                ..
            } => match self.program.statics.get(field) {
                Some(StaticValue::Int(number)) => Some(Time::number(*number)),
                _ => self.written_once(*field, depth),
            },
            Op::New { .. } => self.made(body, site, value, context, depth),
            Op::Call { target, args, .. } => {
                self.call(body, site, *target, body.args(*args), context, depth)
            }
            Op::Phi { args, .. } => {
                let mut all = body
                    .args(*args)
                    .iter()
                    .map(|arg| self.eval(func, *arg, context, depth));
                let first = all.next()??;
                all.all(|time| time == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    fn param(&self, func: FuncId, index: usize, context: &Context, depth: u8) -> Option<Time> {
        if let Some(frame) = context {
            let caller = self.program.body(frame.site.func);
            let Some(Op::Call { args, .. }) = caller.op(frame.site.op) else {
                return None;
            };
            let argument = *caller.args(*args).get(index)?;
            return self.eval(frame.site.func, argument, &frame.parent, depth);
        }
        let sites = self.graph.call_sites(func, MAX_CALLERS);
        if sites.is_empty() || sites.len() > MAX_CALLERS {
            return None;
        }
        let mut known = None;
        for site in sites {
            let caller = self.program.body(site.func);
            let Some(Op::Call { args, .. }) = caller.op(site.op) else {
                return None;
            };
            let argument = *caller.args(*args).get(index)?;
            let time = self.eval(site.func, argument, &None, depth)?;
            if known.is_some_and(|known| known != time) {
                return None;
            }
            known = Some(time);
        }
        known
    }

    /// A field that one place of the program writes.
    fn written_once(&self, field: crate::ir::FieldId, depth: u8) -> Option<Time> {
        let mut writers = self.program.writes.row(field.0);
        let writer = writers.next()?;
        if writers.next().is_some() {
            return None;
        }
        let body = self.program.body(writer);
        let mut stores = body.ops.iter().filter_map(|op| match op {
            Op::Store {
                place: Place::Static(stored) | Place::Field(_, stored),
                src,
            } if *stored == field => Some(*src),
            _ => None,
        });
        let src = stores.next()?;
        if stores.next().is_some() {
            return None;
        }
        self.eval(writer, src, &None, depth)
    }

    /// `new Date()`, `new Date(millis)`.
    fn made(
        &self,
        body: &Body<'a>,
        site: Site,
        object: Value,
        context: &Context,
        depth: u8,
    ) -> Option<Time> {
        let mut time = None;
        for (_, op) in body.iter_ops() {
            let Op::Call { target, args, .. } = op else {
                continue;
            };
            let args = body.args(*args);
            if args.first() != Some(&object) {
                continue;
            }
            match (self.path(*target).as_str(), args) {
                ("java.util.Date.<init>", [_]) => time = Some(Time::NOW),
                ("java.util.Date.<init>" | "java.util.Date.setTime", [_, millis]) => {
                    time = self.eval(site.func, *millis, context, depth);
                }
                ("java.util.GregorianCalendar.<init>", [_]) => time = Some(Time::NOW),
                _ => {}
            }
        }
        match self.program.names.text(match body.op(site.op) {
            Some(Op::New { ty, .. }) => *ty,
            _ => return time,
        }) {
            "Ljava/util/GregorianCalendar;" => {
                self.calendar(body, site.func, object, context, time?, depth)
            }
            _ => time,
        }
    }

    fn call(
        &self,
        body: &Body<'a>,
        site: Site,
        target: MethodId,
        args: &[Value],
        context: &Context,
        depth: u8,
    ) -> Option<Time> {
        let eval = |value: &Value| self.eval(site.func, *value, context, depth);
        let path = self.path(target);
        // Kotlin mangles functions that take or give its durations.
        let plain = path.split_once('-').map_or(path.as_str(), |(name, _)| name);
        match (plain, args) {
            (
                "java.lang.System.currentTimeMillis"
                | "java.time.Instant.now"
                | "java.time.LocalDateTime.now"
                | "java.time.ZonedDateTime.now"
                | "java.time.OffsetDateTime.now"
                | "java.time.Clock.millis"
                | "kotlin.time.Instant.now"
                | "kotlinx.datetime.Clock$System.now",
                _,
            ) => return Some(Time::NOW),
            ("java.util.Calendar.getInstance", _) => {
                let calendar = match body.op(site.op) {
                    Some(Op::Call { dst: Some(dst), .. }) => *dst,
                    _ => return None,
                };
                return self.calendar(body, site.func, calendar, context, Time::NOW, depth);
            }
            (
                "java.util.Date.getTime"
                | "java.util.Calendar.getTime"
                | "java.util.Calendar.getTimeInMillis"
                | "java.util.Date.toInstant"
                | "java.util.Date.from"
                | "java.time.Instant.toEpochMilli"
                | "java.time.Instant.ofEpochMilli"
                | "java.time.LocalDateTime.atZone"
                | "java.time.LocalDateTime.toInstant"
                | "java.time.ZonedDateTime.toInstant"
                | "java.time.OffsetDateTime.toInstant"
                | "java.time.Duration.toMillis"
                | "java.time.Duration.ofMillis"
                | "java.lang.Long.valueOf"
                | "java.lang.Long.longValue"
                | "java.lang.Integer.valueOf"
                | "java.lang.Integer.intValue"
                | "kotlin.time.Duration.getInWholeMilliseconds",
                [value, ..],
            ) => return eval(value),
            (
                "java.time.Instant.getEpochSecond" | "java.time.ZonedDateTime.toEpochSecond",
                [value],
            ) => {
                return eval(value)?.combine(Operator::Divide, Time::number(MILLIS));
            }
            (
                "java.time.Duration.getSeconds"
                | "java.time.Duration.toSeconds"
                | "kotlin.time.Duration.getInWholeSeconds",
                [value],
            ) => return eval(value)?.combine(Operator::Divide, Time::number(MILLIS)),
            ("java.time.Instant.ofEpochSecond", [value]) => {
                return eval(value)?.combine(Operator::Multiply, Time::number(MILLIS));
            }
            _ => {}
        }
        if let Some(unit) = plain
            .strip_prefix("java.time.Duration.of")
            .and_then(unit_of)
            && let [amount] = args
        {
            return eval(amount)?.combine(Operator::Multiply, Time::number(unit));
        }
        // `instant.plusSeconds(n)`, `date.plusDays(n)`, `instant.plus(duration)`.
        if plain.starts_with("java.time.")
            && let Some((_, name)) = plain.rsplit_once('.')
        {
            let sign = if name.starts_with("plus") { 1 } else { -1 };
            let rest = name
                .strip_prefix("plus")
                .or_else(|| name.strip_prefix("minus"))?;
            let length = match (rest, args) {
                ("", [_, length]) => eval(length)?,
                ("", [_, amount, unit]) => eval(amount)?
                    .combine(Operator::Multiply, Time::number(self.unit(body, *unit)?))?,
                (unit, [_, amount]) => {
                    eval(amount)?.combine(Operator::Multiply, Time::number(unit_of(unit)?))?
                }
                _ => return None,
            };
            let length = length.combine(Operator::Multiply, Time::number(sign))?;
            return eval(args.first()?)?.combine(Operator::Add, length);
        }
        // `TimeUnit.DAYS.toMillis(30)`
        if let Some(wanted) = plain
            .strip_prefix("java.util.concurrent.TimeUnit.to")
            .and_then(unit_of)
            && let [unit, amount] = args
        {
            return eval(amount)?
                .combine(Operator::Multiply, Time::number(self.unit(body, *unit)?))?
                .combine(Operator::Divide, Time::number(wanted));
        }
        // `30.days` of Kotlin is `toDuration(30, DAYS)`.
        if plain == "kotlin.time.DurationKt.toDuration"
            && let [amount, unit] = args
        {
            return eval(amount)?
                .combine(Operator::Multiply, Time::number(self.unit(body, *unit)?));
        }
        if let Some(unit) = plain
            .strip_prefix("kotlin.time.Duration$Companion.get")
            .and_then(unit_of)
            && let Some(amount) = args.last()
        {
            return eval(amount)?.combine(Operator::Multiply, Time::number(unit));
        }
        self.returned(site, context, depth)
    }

    /// What a function of the program returns.
    fn returned(&self, site: Site, context: &Context, depth: u8) -> Option<Time> {
        let targets = self.graph.targets(site);
        let [func] = targets.funcs.as_slice() else {
            return None;
        };
        if self.program.func(*func).access & access::NATIVE != 0 {
            return None;
        }
        let callee = self.program.body(*func);
        let inner = enter(site, context);
        let mut known = None;
        for op in &callee.ops {
            if let Op::Return { value: Some(value) } = op {
                let time = self.eval(*func, *value, &inner, depth)?;
                if known.is_some_and(|known| known != time) {
                    return None;
                }
                known = Some(time);
            }
        }
        known
    }

    /// A calendar after all that is added to it in the function that makes it.
    fn calendar(
        &self,
        body: &Body<'a>,
        func: FuncId,
        calendar: Value,
        context: &Context,
        start: Time,
        depth: u8,
    ) -> Option<Time> {
        let mut time = start;
        for op in &body.ops {
            let Op::Call { target, args, .. } = op else {
                continue;
            };
            let args = body.args(*args);
            if args.first() != Some(&calendar) {
                continue;
            }
            let path = self.path(*target);
            match (path.rsplit_once('.').map(|(_, name)| name), args) {
                (Some("add"), [_, field, amount]) => {
                    let field = self.eval(func, *field, context, depth)?.length()?;
                    let amount = self.eval(func, *amount, context, depth)?;
                    time = time.combine(
                        Operator::Add,
                        amount.combine(Operator::Multiply, Time::number(calendar_field(field)?))?,
                    )?;
                }
                (Some("setTimeInMillis" | "setTime"), [_, moment]) => {
                    time = self.eval(func, *moment, context, depth)?;
                }
                (Some("set" | "roll" | "clear"), _) => return None,
                _ => {}
            }
        }
        Some(time)
    }

    /// Milliseconds of an enumeration's unit: `TimeUnit.DAYS`, `ChronoUnit.HOURS`.
    fn unit(&self, body: &Body<'a>, value: Value) -> Option<i64> {
        match body.def(value)? {
            (
                _,
                Op::Load {
                    place: Place::Static(field),
                    ..
                },
            ) => unit_of(self.program.names.text(self.program.field(*field).name)),
            _ => None,
        }
    }

    /// The symbol; where the time API was compiled into the app, its own name for it.
    fn path(&self, method: MethodId) -> String {
        let path = self.program.method_path(method);
        match path.strip_prefix("j$.time.") {
            Some(rest) => format!("java.time.{rest}"),
            None => path,
        }
    }
}

/// Milliseconds of a named unit.
fn unit_of(name: &str) -> Option<i64> {
    Some(match name.to_ascii_lowercase().trim_end_matches('s') {
        "milli" | "millisecond" => 1,
        "second" => MILLIS,
        "minute" => 60 * MILLIS,
        "hour" => 3600 * MILLIS,
        "day" => DAY,
        "week" => 7 * DAY,
        "month" => 30 * DAY,
        "year" => 365 * DAY,
        _ => return None,
    })
}

/// Milliseconds of a field of `java.util.Calendar`.
fn calendar_field(field: i64) -> Option<i64> {
    Some(match field {
        1 => 365 * DAY,
        2 => 30 * DAY,
        3 | 4 => 7 * DAY,
        5..=7 => DAY,
        10 | 11 => 3600 * MILLIS,
        12 => 60 * MILLIS,
        13 => MILLIS,
        14 => 1,
        _ => return None,
    })
}
