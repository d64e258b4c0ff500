//! How long whole scans take and how much memory they need, beside the floor: `unzip -tq` of the
//! same file, which inflates every entry and checks its sum.
//!
//! ```sh
//! cargo bench --bench scan -- [--threads N] [--runs N] FILE...
//! ```
//!
//! Each scan is a process of its own, as users run it: start, scan, report, end. Prints Markdown
//! for `benches/README.md`. It measures and never asserts: times on a shared machine decide
//! nothing. CPU time and memory come from `/proc`; where there is none they are left out.

// The tables are the product; nothing here is a library.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Ticks a second in `/proc/self/stat`: what Linux shows to programs on every architecture that
/// there is a build for.
const TICKS: f64 = 100.0;
/// Scans whose memory is watched. Apart from the timed ones: watching takes time.
const WATCHED: usize = 3;

const USAGE: &str = "usage: cargo bench --bench scan -- [--threads N] [--runs N] FILE...";

struct Options {
    threads: usize,
    runs: usize,
    files: Vec<PathBuf>,
}

fn options(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        threads: 0,
        runs: 10,
        files: Vec::new(),
    };
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let mut number = |name: &str| {
            let value = arguments.next().unwrap_or_default();
            value
                .parse::<usize>()
                .map_err(|_| format!("`{name}` takes a number, not `{value}`\n{USAGE}"))
        };
        match argument.as_str() {
            // What cargo itself passes.
            "--bench" | "--test" => {}
            "--threads" => options.threads = number("--threads")?,
            "--runs" => options.runs = number("--runs")?.max(1),
            flag if flag.starts_with("--") => return Err(format!("unknown `{flag}`\n{USAGE}")),
            file => options.files.push(PathBuf::from(file)),
        }
    }
    Ok(options)
}

/// What several runs of one program took.
#[derive(Default)]
struct Runs {
    walls: Vec<f64>,
    cpus: Vec<f64>,
}

impl Runs {
    /// Runs a program to its end; its standard error comes back.
    fn add(&mut self, command: &mut Command) -> Result<String, String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let before = children_cpu();
        let start = Instant::now();
        let output = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .map_err(|error| format!("{name}: {error}"))?;
        self.walls.push(start.elapsed().as_secs_f64());
        if let (Some(before), Some(after)) = (before, children_cpu()) {
            self.cpus.push(after - before);
        }
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Seconds of CPU a run: the mean, for one run is measured in hundredths only.
    #[allow(clippy::cast_precision_loss)]
    fn cpu(&self) -> Option<f64> {
        (!self.cpus.is_empty()).then(|| self.cpus.iter().sum::<f64>() / self.cpus.len() as f64)
    }
}

/// CPU seconds of all children that have ended, user and system.
fn children_cpu() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name, in parentheses, and may hold spaces.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

/// Largest resident memory of a program in bytes, read every millisecond until it ends.
fn watch(child: &mut Child) -> Result<Option<u64>, String> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let high = text
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:"))
                .and_then(|value| value.trim().strip_suffix("kB"))
                .and_then(|value| value.trim().parse::<u64>().ok());
            peak = peak.max(high.map(|kib| kib * 1024));
        }
        match child.try_wait() {
            Ok(None) => std::thread::sleep(Duration::from_millis(1)),
            Ok(Some(_)) => return Ok(peak),
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.len() % 2, sorted.get(middle)) {
        (_, None) => 0.0,
        (1, Some(value)) => *value,
        (_, Some(value)) => f64::midpoint(*value, sorted[middle - 1]),
    }
}

/// Everything measured on one file.
struct Measured {
    name: String,
    bytes: u64,
    code: u64,
    functions: u64,
    lifted: u64,
    scan: Runs,
    unzip: Option<Runs>,
    peak: Option<u64>,
    /// Milliseconds of each run, by stage in order.
    stages: Vec<(String, Vec<f64>)>,
}

fn scanner(file: &Path, threads: usize) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
    command.arg("scan").arg(file);
    command.args(["-j", &threads.to_string(), "--fail-on", "none"]);
    command
}

fn measure(file: &Path, options: &Options, has_unzip: bool) -> Result<Measured, String> {
    let shown = file.display();
    let bytes = std::fs::metadata(file)
        .map_err(|error| format!("{shown}: {error}"))?
        .len();

    // First what was scanned, which warms the page cache too.
    let output = scanner(file, options.threads)
        .args(["-o", "json"])
        .output()
        .map_err(|error| format!("{shown}: {error}"))?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        let message = String::from_utf8_lossy(&output.stderr);
        format!("{shown}: no report: {}", message.trim())
    })?;
    let count = |key: &str| {
        let value = report.get("coverage").and_then(|all| all.get(key));
        value.and_then(serde_json::Value::as_u64).unwrap_or(0)
    };

    let mut peak = None;
    for _ in 0..WATCHED {
        let mut child = scanner(file, options.threads)
            .args(["-o", "json=/dev/null"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{shown}: {error}"))?;
        peak = peak.max(watch(&mut child)?);
    }

    let mut scan = Runs::default();
    let mut unzip = (has_unzip && is_archive(file)).then(Runs::default);
    let mut stages: Vec<(String, Vec<f64>)> = Vec::new();
    // By turns, so that what else the machine does meets both.
    for _ in 0..options.runs {
        let timings =
            scan.add(scanner(file, options.threads).args(["-o", "json=/dev/null", "--timings"]))?;
        for (stage, milliseconds) in timings.lines().filter_map(stage) {
            match stages.iter_mut().find(|(known, _)| known == stage) {
                Some((_, all)) => all.push(milliseconds),
                None => stages.push((stage.to_owned(), vec![milliseconds])),
            }
        }
        if let Some(unzip) = &mut unzip {
            unzip.add(Command::new("unzip").arg("-tq").arg(file))?;
        }
    }
    Ok(Measured {
        name: name(file),
        bytes,
        code: count("codeBytes"),
        functions: count("functions"),
        lifted: count("lifted"),
        scan,
        unzip,
        peak,
        stages,
    })
}

/// A line of `--timings`: `     index    12.34 ms`.
fn stage(line: &str) -> Option<(&str, f64)> {
    let (name, time) = line.trim().split_once(' ')?;
    let time = time.trim().strip_suffix(" ms")?;
    Some((name, time.parse().ok()?))
}

fn is_archive(file: &Path) -> bool {
    let mut magic = [0u8; 4];
    std::fs::File::open(file).is_ok_and(|mut file| file.read_exact(&mut magic).is_ok())
        && magic == *b"PK\x03\x04"
}

/// File and the folder it is in: builds are often all called `app-release.apk`.
fn name(file: &Path) -> String {
    let mut parts = file.components().rev().take(2).collect::<Vec<_>>();
    parts.reverse();
    let path: PathBuf = parts.into_iter().collect();
    path.display().to_string().replace('|', "\\|")
}

#[allow(clippy::cast_precision_loss)]
fn mib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / (1024.0 * 1024.0))
}

fn milliseconds(seconds: f64) -> String {
    let value = seconds * 1000.0;
    if value < 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

fn optional<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "–".to_owned(), show)
}

#[allow(clippy::cast_precision_loss)]
fn tables(all: &[Measured]) -> String {
    let mut text = String::from(
        "| file | MiB | DEX MiB | functions | lifted | wall ms | least | CPU ms | peak MiB | unzip wall ms | unzip CPU ms | wall ratio | CPU ratio |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for one in all {
        let wall = median(&one.scan.walls);
        let least = one.scan.walls.iter().copied().fold(f64::INFINITY, f64::min);
        let floor = one.unzip.as_ref().map(|unzip| median(&unzip.walls));
        let floor_cpu = one.unzip.as_ref().and_then(Runs::cpu);
        let ratio = |ours: Option<f64>, theirs: Option<f64>| {
            optional(
                ours.zip(theirs.filter(|theirs| *theirs > 0.0)),
                |(ours, theirs)| format!("{:.2}", ours / theirs),
            )
        };
        let share = one.lifted as f64 * 100.0 / one.functions.max(1) as f64;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} ({share:.1} %) | {} | {} | {} | {} | {} | {} | {} | {} |",
            one.name,
            mib(one.bytes),
            mib(one.code),
            one.functions,
            one.lifted,
            milliseconds(wall),
            milliseconds(least),
            optional(one.scan.cpu(), milliseconds),
            optional(one.peak, mib),
            optional(floor, milliseconds),
            optional(floor_cpu, milliseconds),
            ratio(Some(wall), floor),
            ratio(one.scan.cpu(), floor_cpu),
        );
    }

    let mut names: Vec<&str> = Vec::new();
    for (stage, _) in all.iter().flat_map(|one| &one.stages) {
        if !names.contains(&stage.as_str()) {
            names.push(stage);
        }
    }
    text.push_str(
        "\nMedian milliseconds of each stage; `rest` is the process, and writing the report.\n\n| file |",
    );
    for name in &names {
        let _ = write!(text, " {name} |");
    }
    text.push_str(" rest |\n|---|");
    for _ in 0..=names.len() {
        text.push_str("--:|");
    }
    text.push('\n');
    for one in all {
        let _ = write!(text, "| {} |", one.name);
        let mut sum = 0.0;
        for name in &names {
            let found = one.stages.iter().find(|(stage, _)| stage == name);
            let took = found.map(|(_, values)| median(values));
            sum += took.unwrap_or(0.0);
            let _ = write!(text, " {} |", optional(took, |took| format!("{took:.1}")));
        }
        let rest = (median(&one.scan.walls) * 1000.0 - sum).max(0.0);
        let _ = writeln!(text, " {rest:.1} |");
    }
    text
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    if options.files.is_empty() {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let has_unzip = Command::new("unzip")
        .arg("-v")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!(
        "{} threads, {cores} cores, {} runs of each; wall is the median, CPU the mean, memory the \
         largest of {WATCHED}. Load average before: {}.{}\n",
        if options.threads == 0 {
            cores
        } else {
            options.threads
        },
        options.runs,
        load.split(' ').next().unwrap_or("unknown"),
        if has_unzip {
            ""
        } else {
            " `unzip` is not installed: no floor."
        },
    );
    let mut all = Vec::new();
    let mut failed = false;
    for file in &options.files {
        match measure(file, &options, has_unzip) {
            Ok(measured) => all.push(measured),
            Err(message) => {
                eprintln!("{message}");
                failed = true;
            }
        }
    }
    println!("{}", tables(&all));
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
