#!/usr/bin/env python3
"""Signatures of the JDK 11 API, taken from the JDK's own lib/ct.sym, as a small jar for D8's and R8's --lib.

It holds no code and is a thirtieth of the JDK's module image, which R8 3.3 cannot read.
"""
import os
import sys
import zipfile

home, out = sys.argv[1], sys.argv[2]
wanted = ("java.base", "java.logging", "java.sql")
seen = set()
with zipfile.ZipFile(os.path.join(home, "lib/ct.sym")) as table, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as jar:
    for entry in table.namelist():
        part = entry.split("/")  # <releases>/<module>/<package>/<Class>.sig; B is release 11
        if len(part) > 3 and "B" in part[0] and part[1] in wanted and entry.endswith(".sig") and part[-1] != "module-info.sig":
            name = "/".join(part[2:])[:-4] + ".class"
            if name not in seen:
                seen.add(name)
                jar.writestr(name, table.read(entry))
print(len(seen), "classes", file=sys.stderr)
