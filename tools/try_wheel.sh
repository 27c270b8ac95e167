#!/usr/bin/env bash
# Installs a wheel into new environments and uses it there, with Swift out of reach:
#   tools/try_wheel.sh WHEEL PYTHON…
# Each Python is tried with its oldest supported numpy and with the newest one.
set -euo pipefail
wheel=$(realpath "$1")
smoke=$(dirname "$(realpath "$0")")/../.ci/smoke.py
shift
for python in "$@"; do
  for numpy in "numpy<2" "numpy>=2"; do
    # There is no numpy 1 for Python 3.13 and newer.
    minor=$("$python" -c 'import sys; print(sys.version_info.minor)')
    if [ "$numpy" = "numpy<2" ] && [ "$minor" -ge 13 ]; then continue; fi
    work=$(mktemp -d)
    "$python" -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check "$wheel" "$numpy"
    cp "$smoke" "$work/smoke.py"
    started=$(date +%s)
    (cd "$work" && env -i HOME="$work" PATH="$work/venv/bin:/usr/bin:/bin" \
      "$work/venv/bin/python" smoke.py "$wheel")
    used=$("$work/venv/bin/python" -c 'import numpy, sys; print(sys.version.split()[0], numpy.__version__)')
    echo "Python and numpy $used: $(($(date +%s) - started)) s"
    rm -rf "$work"
  done
done
