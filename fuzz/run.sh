#!/bin/sh
# Fuzzes one format: fuzz/run.sh TARGET SECONDS [libFuzzer options]
#
# Needs neither nightly nor cargo-fuzz: the compiler's own coverage pass and libFuzzer are enough.
# Seeds are the built samples that the target understands; what the fuzzer finds worth keeping
# goes to fuzz/corpus/TARGET, what breaks to fuzz/artifacts/TARGET. Neither is committed: a
# finding becomes a test beside the reader that it broke.
set -eu

target=${1:?usage: fuzz/run.sh TARGET SECONDS}
seconds=${2:?usage: fuzz/run.sh TARGET SECONDS}
shift 2

cd "$(dirname "$0")"
root=..
corpus=corpus/$target
seeds=corpus/seeds-$target
artifacts=artifacts/$target
mkdir -p "$corpus" "$seeds" "$artifacts"

# Which files a target starts from, and how long an input it tries.
case $target in
zip) names='*.apk *.aab *.apks *.xapk *.apkm *.aar' max_len=65536 ;;
dex) names='*.dex' max_len=65536 ;;
axml) names='*.axml AndroidManifest.xml' max_len=16384 ;;
arsc) names='*.arsc' max_len=65536 ;;
pbxml) names='*.pb' max_len=16384 ;;
mapping) names='*mapping.txt' max_len=16384 ;;
source) names='*.kt *.java' max_len=16384 ;;
textxml) names='*.xml' max_len=16384 ;;
*) names='' max_len=65536 ;;
esac
set -f
for name in $names; do
    # Large files teach the fuzzer nothing that small ones do not, and slow it down.
    find "$root/samples" "$root/rules" "$root/tests" -type f -name "$name" -size -129k 2>/dev/null |
        while read -r file; do
            cp "$file" "$seeds/$(echo "$file" | tr '/' '_')"
        done
done
set +f

host=$(rustc -vV | sed -n 's/^host: //p')
RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Zsanitizer=address" \
    cargo build --release --target "$host" --bin "$target"

exec "${CARGO_TARGET_DIR:-target}/$host/release/$target" "$corpus" "$seeds" \
    -max_total_time="$seconds" -max_len="$max_len" -rss_limit_mb=1024 -timeout=10 \
    -artifact_prefix="$artifacts/" "$@"
