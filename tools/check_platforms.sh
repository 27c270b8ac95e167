#!/bin/sh
# Type-checks what the compiler does not see on this machine: the kernels for arm64, and the branches
# for Darwin. Neither is run.
#
# The kernels use no more of the language than its embedded form has, of which every toolchain brings
# the standard library for arm64. For Darwin the modules are compiled with its branches in the place of
# Glibc's, against the declarations in tools/platforms/Darwin. What the engine newly uses of the system's
# library is declared there too, as Apple's headers have it.
set -eu
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
map=-fmodule-map-file=$work/CPUFeatures/module.modulemap
mkdir "$work/CPUFeatures" "$work/modules"
printf 'module CPUFeatures { umbrella "%s" export * }\n' "$(pwd)/Sources/CPUFeatures/include" \
  >"$work/CPUFeatures/module.modulemap"

swiftc -typecheck -swift-version 6 -package-name assay -parse-as-library -wmo \
  -target aarch64-none-none-elf -enable-experimental-feature Embedded -D KERNELS_BASE \
  -Xcc "$map" Sources/KernelsBase/*.swift
echo "the kernels type-check for arm64"

swiftc -emit-module -module-name Darwin -parse-as-library -I tools/platforms/Darwin \
  -emit-module-path "$work/modules/Darwin.swiftmodule" tools/platforms/Darwin/Darwin.swift
for module in KernelsBase Kernels Tensors Values Autodiff Models Attribution Evidence; do
  mkdir "$work/$module"
  cp -R "Sources/$module/." "$work/$module"
  find "$work/$module" -name '*.swift' -exec \
    sed -i -e 's/canImport(Glibc)/os(None)/' -e 's/canImport(Darwin)/true/' {} +
  find "$work/$module" -name '*.swift' >"$work/files"
  swiftc -emit-module -swift-version 6 -package-name assay -parse-as-library -wmo \
    -module-name "$module" -D KERNELS_BASE -I "$work/modules" -I tools/platforms/Darwin -Xcc "$map" \
    -emit-module-path "$work/modules/$module.swiftmodule" "@$work/files"
done
echo "the branches for Darwin type-check"
