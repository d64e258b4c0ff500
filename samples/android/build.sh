#!/bin/bash
# Builds both flavours of the sample bank into built/: <flavour>-debug.apk (D8), <flavour>-release.apk with
# <flavour>-mapping.txt (R8), <flavour>.aab and <flavour>.apks (bundletool, from the release code).
# Usage: build.sh [vulnerable] [fixed]; TOOLS=folder and OUT=folder say where downloads and intermediate files go.
set -eo pipefail
cd "$(dirname "$0")"
source ./tools.sh
mkdir -p built
KEY="$TOOLS/test.jks"
[ -f "$KEY" ] || keytool -genkeypair -keystore "$KEY" -storepass android -keypass android -alias k -keyalg RSA -dname CN=sample -validity 10000 2>/dev/null

apk() { # <flavour>/<debug|release> <folder with classes.dex>: one signed APK in built/
    local name=$1 dex=$2 o=$OUT/$flavour
    cp "$o/base.apk" "$o/unsigned.apk"
    (cd "$dex" && touch -d "1981-01-01 01:01:02" classes.dex && zip -q9X "$o/unsigned.apk" classes.dex)
    zipalign -f 4 "$o/unsigned.apk" "built/$flavour-$name.apk"
    apksigner sign --ks "$KEY" --ks-pass pass:android --v1-signing-enabled false "built/$flavour-$name.apk"
    rm -f "built/$flavour-$name.apk.idsig"
}

for flavour in ${@:-vulnerable fixed}; do
    o=$OUT/$flavour
    rm -rf "$o"
    mkdir -p "$o"/{java,classes,debug,release,module/manifest,module/dex}
    link="--manifest app/$flavour/AndroidManifest.xml -I $TOOLS/framework.apk --compile-sdk-version-code 34 --compile-sdk-version-name 14"
    "$TOOLS/aapt2" compile --dir app/common/res -o "$o/common.zip"
    res=$o/common.zip
    if [ -d "app/$flavour/res" ]; then
        "$TOOLS/aapt2" compile --dir "app/$flavour/res" -o "$o/own.zip"
        res="$res $o/own.zip"
    fi
    "$TOOLS/aapt2" link $link -o "$o/base.apk" --java "$o/java" --proguard "$o/aapt.pro" $res
    "$TOOLS/aapt2" link $link --proto-format -o "$o/proto.apk" $res

    kotlinc -cp "$TOOLS/kotlin-stdlib.jar:$OUT/framework.jar:$OUT/libraries.jar" -d "$o/classes" app/common/src "app/$flavour/src" "$o/java"
    javac11 -cp "$OUT/kotlin.jar:$OUT/framework.jar:$OUT/libraries.jar:$o/classes" -d "$o/classes" $(find app/common/src "app/$flavour/src" "$o/java" -name '*.java')
    rm -rf "$o/classes/META-INF" # the module file of the libraries has the same name
    jar "$o/app.jar" "$o/classes"

    code="--lib $OUT/framework.jar --lib $TOOLS/jdk11.jar --min-api 26 $o/app.jar $OUT/libraries.jar $OUT/kotlin.jar"
    $JVM -cp "$TOOLS/bundletool.jar" com.android.tools.r8.D8 --debug --output "$o/debug" $code
    own=
    [ -f "app/$flavour/keep.pro" ] && own="--pg-conf app/$flavour/keep.pro"
    $JVM -cp "$TOOLS/bundletool.jar" com.android.tools.r8.R8 --release --pg-conf app/keep.pro --pg-conf "$o/aapt.pro" $own \
        --pg-map-output "built/$flavour-mapping.txt" --output "$o/release" $code 2>&1 | { grep -v -e '^Info' -e 'metadata' || true; }

    apk debug "$o/debug"
    apk release "$o/release"

    (cd "$o/module" && unzip -qo ../proto.apk && mv AndroidManifest.xml manifest/ && cp ../release/classes.dex dex/ && zip -qrX ../base.zip .)
    rm -f "built/$flavour.aab" "built/$flavour.apks"
    $JVM -jar "$TOOLS/bundletool.jar" build-bundle --modules="$o/base.zip" --output="built/$flavour.aab" \
        --metadata-file="com.android.tools.build.obfuscation/proguard.map:built/$flavour-mapping.txt"
    $JVM -jar "$TOOLS/bundletool.jar" build-apks --bundle="built/$flavour.aab" --output="built/$flavour.apks" --aapt2="$TOOLS/aapt2" \
        --ks="$KEY" --ks-pass=pass:android --ks-key-alias=k 2>&1 | { grep -v -e '^INFO' || true; }
done
chmod 644 built/*
ls -l built
