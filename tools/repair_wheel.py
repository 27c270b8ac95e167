"""Turn wheels for this machine's Linux into manylinux ones: `repair_wheel.py SOURCE TARGET`.

auditwheel names the oldest glibc that the library runs with and puts that into the wheel's name; on
other systems a wheel is as good as it is. What would have to be copied into the wheel is a mistake:
the engine brings everything but the C library.
"""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path


def main(source: str, target: str) -> None:
    wheels = sorted(Path(source).glob("*.whl"))
    if len(wheels) != 1:
        raise SystemExit(f"{source}: expected one wheel, found {len(wheels)}")
    Path(target).mkdir(parents=True, exist_ok=True)
    if sys.platform != "linux":
        shutil.copy(wheels[0], target)
        return
    tool = [sys.executable, "-m", "auditwheel"]
    subprocess.run([*tool, "repair", "-w", target, str(wheels[0])], check=True)
    made = max(Path(target).glob("*.whl"), key=lambda one: one.stat().st_mtime)
    if "cp311-abi3-manylinux" not in made.name:
        raise SystemExit(
            f"expected a manylinux wheel for every Python from 3.11, found {made.name}"
        )
    with zipfile.ZipFile(made) as content:
        brought = [name for name in content.namelist() if ".libs/" in name]
    if brought:
        raise SystemExit(f"the wheel needs libraries from outside: {', '.join(brought)}")
    print(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
