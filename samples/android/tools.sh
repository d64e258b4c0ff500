# Sourced by build.sh here and in rules/: fetches the build tools into $TOOLS and compiles the stubs into $OUT.
# Needs: a JDK 17 (javac, keytool), python3 with pip, apksigner, zipalign, zip, unzip.
# mobsf 4.4.0 carries bundletool 1.17.2 (with D8 and R8 3.3.28 in it) and apktool 2.10.0 (aapt2 2.19 and a current
# framework.apk); kotlin-jupyter-kernel 0.19.0.944 carries kotlinc 2.4.0-dev-6891 and kotlin-stdlib 2.3.10-RC.
ANDROID=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOOLS=$(mkdir -p "${TOOLS:-$ANDROID/tools}" && cd "${TOOLS:-$ANDROID/tools}" && pwd)
OUT=$(mkdir -p "${OUT:-out}" && cd "${OUT:-out}" && pwd)
JVM="nice -n 10 java -Xmx1g"
KOTLIN_FLAGS="-no-stdlib -no-reflect -nowarn -jvm-target 11 -jvm-default=no-compatibility"

wheel() { python3 -m pip download -q --no-deps --disable-pip-version-check -d "$TOOLS" "$1"; }
fresh() { [ -e "$1" ] && [ -z "$(find "$2" -newer "$1" -print -quit)" ]; }
jar() { (cd "$2" && rm -f "$1" && zip -qrX "$1" .); }

if [ ! -s "$TOOLS/bundletool.jar" ] || [ ! -s "$TOOLS/aapt2" ]; then
    ls "$TOOLS"/mobsf-*.whl >/dev/null 2>&1 || wheel mobsf==4.4.0
    unzip -p "$TOOLS"/mobsf-*.whl 'mobsf/StaticAnalyzer/tools/bundletool-all-*.jar' >"$TOOLS/bundletool.jar"
    unzip -p "$TOOLS"/mobsf-*.whl mobsf/StaticAnalyzer/tools/apktool_2.10.0.jar >"$TOOLS/apktool.jar"
    unzip -p "$TOOLS/apktool.jar" brut/androlib/android-framework.jar >"$TOOLS/framework.apk"
    unzip -p "$TOOLS/apktool.jar" prebuilt/linux/aapt2_64 >"$TOOLS/aapt2"
    chmod +x "$TOOLS/aapt2"
fi
if [ ! -s "$TOOLS/kotlinc.jar" ]; then
    ls "$TOOLS"/kotlin_jupyter*.whl >/dev/null 2>&1 || wheel kotlin-jupyter-kernel==0.19.0.944
    unzip -p "$TOOLS"/kotlin_jupyter*.whl 'run_kotlin_kernel/jars/kotlin-jupyter-kernel-*-all.jar' >"$TOOLS/kotlinc.jar"
    unzip -p "$TOOLS"/kotlin_jupyter*.whl 'run_kotlin_kernel/jars/kotlin-stdlib-2*.jar' >"$TOOLS/kotlin-stdlib.jar"
fi
[ -s "$TOOLS/jdk11.jar" ] || python3 "$ANDROID/jdk_stubs.py" "$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")" "$TOOLS/jdk11.jar"

kotlinc() { $JVM -cp "$TOOLS/kotlinc.jar" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler $KOTLIN_FLAGS "$@"; }
javac11() { nice -n 10 javac -J-Xmx1g --release 11 -g -Xlint:-options "$@"; }

# framework.jar: android.* and org.json, on the classpath only; kotlin.jar and libraries.jar: bundled into the app.
if ! fresh "$OUT/libraries.jar" "$ANDROID/stubs"; then
    rm -rf "$OUT"/{framework,kotlin,libraries}{,.jar}
    mkdir -p "$OUT"/{framework,kotlin,libraries}
    javac11 -d "$OUT/framework" $(find "$ANDROID/stubs/framework" -name '*.java')
    jar "$OUT/framework.jar" "$OUT/framework"
    javac11 -d "$OUT/kotlin" $(find "$ANDROID/stubs/kotlin" -name '*.java')
    jar "$OUT/kotlin.jar" "$OUT/kotlin"
    kotlinc -cp "$TOOLS/kotlin-stdlib.jar:$OUT/framework.jar" -d "$OUT/libraries" "$ANDROID/stubs/libraries"
    javac11 -cp "$OUT/kotlin.jar:$OUT/framework.jar:$OUT/libraries" -d "$OUT/libraries" $(find "$ANDROID/stubs/libraries" -name '*.java')
    jar "$OUT/libraries.jar" "$OUT/libraries"
fi
