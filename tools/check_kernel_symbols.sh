#!/bin/sh
# Fails when two flavours of the kernels define the same weak symbol: the linker would keep one of
# the two copies, and code compiled for AVX-512 could run on a processor without it.
#
# Usage: tools/check_kernel_symbols.sh [build directory, default .build/debug]
#
# Harmless, and therefore left out:
#   __swift_reflection_version   a two-byte constant, the same in every object
#   got.*                        pointers to symbols of the standard library: data, never code
#
# It also checks that the flavours contain what they are for: fused multiply-adds on 256-bit
# registers in V3 and on 512-bit registers in V4, and neither in the baseline; products of bfloat16
# pairs in their own flavour alone.
set -eu

build=${1:-.build/debug}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

weak_symbols() {
  nm --defined-only "$build/$1.build/"*.o |
    awk 'NF == 3 && $2 ~ /^[VWvwu]$/ { print $3 }' |
    sed -e '/^__swift_reflection_version$/d' -e '/^got\./d' | sort -u
}

instructions() {
  objdump -d --no-show-raw-insn "$build/$1.build/"*.o | awk "/$2/ { n++ } END { print n + 0 }"
}

for flavour in KernelsBase KernelsV3 KernelsV4 KernelsV4BFloat16; do
  if ! ls "$build/$flavour.build/"*.o >/dev/null 2>&1; then
    echo "no objects of $flavour in $build: build first" >&2
    exit 2
  fi
  weak_symbols "$flavour" >"$work/$flavour"
done

for pair in "KernelsBase KernelsV3" "KernelsBase KernelsV4" "KernelsV3 KernelsV4" \
  "KernelsBase KernelsV4BFloat16" "KernelsV3 KernelsV4BFloat16" "KernelsV4 KernelsV4BFloat16"; do
  shared=$(comm -12 "$work/${pair% *}" "$work/${pair#* }")
  if [ -n "$shared" ]; then
    echo "${pair% *} and ${pair#* } both define weak:" >&2
    echo "$shared" >&2
    failed=1
  fi
done

expect() {
  count=$(instructions "$1" "$2")
  echo "$1: $count instructions $2, expected $3"
  case $3 in
  some) [ "$count" -gt 0 ] || failed=1 ;;
  none) [ "$count" -eq 0 ] || failed=1 ;;
  esac
}
expect KernelsBase 'vfmadd.*%ymm' none
expect KernelsV3 'vfmadd.*%ymm' some
expect KernelsV3 'vfmadd.*%zmm' none
expect KernelsV4 'vfmadd.*%zmm' some
expect KernelsV4 'vdpbf16ps' none
expect KernelsV4BFloat16 'vdpbf16ps.*%zmm' some
exit $failed
