#!/bin/sh
# Builds and runs examples/swift as a stranger would: in a folder of its own, from a clone of what is
# committed, required by branch. Then Python reads the report that Swift wrote and makes a page of it.
#
# Usage: tools/check_stranger.sh [folder to work in, default .build-stranger] [configuration]
#
# The folder is kept, so that a second run builds what changed; what is not committed is not seen.
set -eu
cd "$(dirname "$0")/.."

root=$(pwd)
work=${1:-.build-stranger}
configuration=${2:-debug}
mkdir -p "$work/stranger" "$work/out"
work=$(cd "$work" && pwd)

rm -rf "$work/assay"
git clone -q --no-hardlinks "$root" "$work/assay"
git -C "$work/assay" checkout -q -B stranger
cp -R examples/swift/Sources examples/swift/reviews.csv "$work/stranger"
sed "s|.package(name: \"assay\", path: \"../..\")|.package(url: \"file://$work/assay\", branch: \"stranger\")|" \
  examples/swift/Package.swift >"$work/stranger/Package.swift"
grep -q "branch: \"stranger\"" "$work/stranger/Package.swift"

cd "$work/stranger"
swift package -q update
swift build -c "$configuration"
"$(swift build -c "$configuration" --show-bin-path)/stranger" \
  "$root/python/assay/embedded/demo" reviews.csv "$work/out" | tee "$work/out/said"
grep -q "trustworthy" "$work/out/said"
grep -q "row 2: text: expected text" "$work/out/said"

cd "$root"
python=${PYTHON:-.venv/bin/python}
if [ -x "$python" ]; then
  "$python" - "$work/out" examples/swift/reviews.csv <<'PYTHON'
import json
import sys
from pathlib import Path

import assay

out = Path(sys.argv[1])
report = assay.Report.load(out / "report.json")
report.to_html(out / "report.html")
own = assay.verify(assay.load("demo"), "a gripping, beautifully acted film")
kept = ("verdict", "reason", "highlighted", "probabilities", "cost", "checks")
mine, theirs = own.to_dict(), report.to_dict()
different = [name for name in kept if mine[name] != theirs[name]]
assert not different, f"Swift and Python differ in {different}"
audit = assay.audit(assay.load("demo"), sys.argv[2], labels="label", progress=False)
answer = json.loads((out / "answer.json").read_text())
# Why a row cannot be read is said in the words of each side.
rows = [[one.pop("errors"), one][0] for one in (answer, audit.answer)]
assert [one["row"] for one in rows[0]] == [one["row"] for one in rows[1]], rows
different = [name for name in answer.keys() | audit.answer if answer[name] != audit.answer[name]]
assert not different, f"the answers of Swift and Python differ in {different}"
print("Python reads what Swift wrote; report and answer are its own to the bit")
PYTHON
fi
