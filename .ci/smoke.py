"""Proves an installed wheel: its size, the main job and what the loader maps, without Swift."""

import shutil
import subprocess
import sys
from pathlib import Path

import assay

megabytes = Path(sys.argv[1]).stat().st_size / 1e6
assert megabytes < 12, f"the wheel is {megabytes:.1f} MB, the limit is 12"
assert shutil.which("swift") is None, "swift is still on PATH"

report = assay.verify(assay.load("demo"), "a gripping, beautifully acted film")
assert report.verdict in {"trustworthy", "not trustworthy", "inconclusive"}, report.verdict

mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()}
swift = sorted(path for path in mapped if "swift" in path.lower() or "libdispatch" in path)
assert not swift, f"Swift libraries are loaded from outside the wheel: {swift}"

done = subprocess.run(["assay", "verify", "it was fine", "--json"], capture_output=True, check=True)
assert done.stdout.startswith(b"{"), done.stdout[:200]
print(f"wheel of {megabytes:.1f} MB works without Swift: {report.verdict}")
