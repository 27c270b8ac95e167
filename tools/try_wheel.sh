#!/usr/bin/env bash
# Installs a wheel into new environments and uses it there, with Swift out of reach:
#   tools/try_wheel.sh WHEEL PYTHON…
# Each Python is tried with the oldest supported numpy and with the newest one: the main job, and the
# example notebook from top to bottom. The seconds are those of the work, without downloads.
set -euo pipefail
wheel=$(realpath "$1")
root=$(dirname "$(realpath "$0")")/..
shift
for python in "$@"; do
  for numpy in "numpy==1.26.*" "numpy>=2"; do
    # There is no numpy 1 for Python 3.13 and newer.
    minor=$("$python" -c 'import sys; print(sys.version_info.minor)')
    if [ "$numpy" = "numpy==1.26.*" ] && [ "$minor" -ge 13 ]; then continue; fi
    # Newer ones want numpy 2 when they are imported, and do not say so when they are installed.
    if [ "$numpy" = "numpy==1.26.*" ]; then arrow="pyarrow<20"; else arrow=pyarrow; fi
    work=$(mktemp -d)
    "$python" -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check "$wheel[data,plots]" "$numpy" \
      "$arrow" nbclient ipykernel
    cp "$root/.ci/smoke.py" "$root/tools/pages/execute.py" "$root/examples/notebook.ipynb" "$work"
    started=$(date +%s)
    (cd "$work" && env -i HOME="$work" PATH="$work/venv/bin:/usr/bin:/bin" \
      "$work/venv/bin/python" smoke.py "$wheel")
    (cd "$work" && env -i HOME="$work" PATH="$work/venv/bin:/usr/bin:/bin" \
      "$work/venv/bin/python" execute.py . made)
    used=$("$work/venv/bin/python" -c 'import numpy, sys; print(sys.version.split()[0], numpy.__version__)')
    echo "Python and numpy $used: $(($(date +%s) - started)) s"
    rm -rf "$work"
  done
done
