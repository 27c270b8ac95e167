#!/bin/sh
# Makes sure that the compilers and headers of the build are there: installs them with apt when
# it may, and otherwise says in one sentence which system package is missing.
set -eu
python=${1:-python3}

if ! command -v swift >/dev/null 2>&1; then
  echo "assay: the Swift toolchain (6.3 or newer) is missing: install it and put swift on PATH." >&2
  exit 1
fi
if ! command -v "$python" >/dev/null 2>&1; then
  echo "assay: the system package python3 (3.11 or newer) is missing." >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "assay: $python is older than 3.11; name a newer one with: make PYTHON=python3.11" >&2
  exit 1
fi

missing=""
command -v pkg-config >/dev/null 2>&1 || missing="$missing pkg-config"
"$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3-venv"
"$python" -c '
import pathlib, sys, sysconfig
header = pathlib.Path(sysconfig.get_path("include")) / "Python.h"
sys.exit(not header.exists())' || missing="$missing python3-dev"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  # shellcheck disable=SC2086
  apt-get install -q -y --no-install-recommends $missing
else
  echo "assay: missing system package(s):$missing; install them and run make again." >&2
  exit 1
fi
