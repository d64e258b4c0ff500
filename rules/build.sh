#!/bin/bash
# Compiles every rule sample into rules/<id>/built/<name>.apk: unsigned, debug information kept, min API 26.
# A sample is one Java or Kotlin file; <name>.manifest.xml and <name>.res beside it replace the default manifest, in
# which backup is off and the extraction rules exclude everything. Libraries are on the class path only.
# Usage: build.sh [rule-id ...]; TOOLS=folder and OUT=folder say where downloads and intermediate files go.
set -eo pipefail
cd "$(dirname "$0")"
source ../samples/android/tools.sh

if ! fresh "$OUT/sdk.jar" "$ANDROID/stubs"; then
    rm -rf "$OUT/sdk"
    mkdir -p "$OUT/sdk"
    javac11 -cp "$OUT/framework.jar:$OUT/libraries.jar:$OUT/kotlin.jar" -d "$OUT/sdk" $(find "$ANDROID/stubs/sdk" -name '*.java')
    jar "$OUT/sdk.jar" "$OUT/sdk"
fi

work=$OUT/rules
mkdir -p "$work/default/xml" "$work/driver"
cat >"$work/default/xml/nothing_leaves.xml" <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<data-extraction-rules>
    <cloud-backup>
        <exclude domain="root" path="." />
        <exclude domain="file" path="." />
        <exclude domain="database" path="." />
        <exclude domain="sharedpref" path="." />
        <exclude domain="external" path="." />
    </cloud-backup>
    <device-transfer>
        <exclude domain="root" path="." />
        <exclude domain="file" path="." />
        <exclude domain="database" path="." />
        <exclude domain="sharedpref" path="." />
        <exclude domain="external" path="." />
    </device-transfer>
</data-extraction-rules>
XML
"$TOOLS/aapt2" compile --dir "$work/default" -o "$work/default.zip"

rules=("$@")
[ ${#rules[@]} -gt 0 ] || rules=($(ls -d */ | tr -d /))
nice -n 10 javac -J-Xmx1g -cp "$TOOLS/bundletool.jar:$TOOLS/kotlinc.jar" -proc:none -d "$work/driver" BuildSamples.java
$JVM -cp "$work/driver:$TOOLS/bundletool.jar:$TOOLS/kotlinc.jar" BuildSamples "$TOOLS" "$work" \
    "$OUT/framework.jar:$OUT/kotlin.jar:$OUT/libraries.jar:$OUT/sdk.jar" "${rules[@]}"
