#!/usr/bin/env bash
# Builds the engine and the Python module with a sanitizer and runs the parts of both suites in which
# memory is handled by hand and threads meet: tools/sanitize.sh address | thread.
#
# Nothing is recycled in these builds (EXACT_MEMORY), so that a use of memory that is gone is seen.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=$1
case $kind in
address) short=asan ;;
thread) short=tsan ;;
*) echo "address or thread, not $kind" && exit 2 ;;
esac
scratch=.build-$short
python=${PYTHON:-.venv/bin/python}
flags=(--sanitize="$kind" --scratch-path "$scratch" -Xswiftc -DEXACT_MEMORY)
# Python's own allocations live until the process ends.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
export TSAN_OPTIONS=halt_on_error=1:suppressions=$PWD/tools/tsan.suppressions

swift build --build-tests "${flags[@]}"
swift test --skip-build "${flags[@]}" --filter \
  'ParallelTests|MultiplyTests|AttentionTests|RecurrenceTests|ExportsTests|SavingTests|FlowTests'

# The runtime must be there before Python is, whose module is built with it.
ASSAY_PYTHON=1 PKG_CONFIG_PATH=$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("LIBPC"))') \
  swift build --product _native "${flags[@]}"
rm -rf "$scratch/python"
mkdir "$scratch/python"
cp -r python/assay "$scratch/python/"
cp "$scratch/debug/lib_native.so" "$scratch/python/assay/_native.abi3.so"
runtime=$(echo "$(dirname "$(readlink -f "$(command -v swift)")")"/../lib/clang/*/lib/linux/libclang_rt."$short"-x86_64.so)
LD_PRELOAD=$runtime PYTHONPATH=$scratch/python "$python" -m pytest -q -p no:cacheprovider -m "not slow" \
  python/tests/engine/test_native_arrays_in.py python/tests/engine/test_native_arrays_out.py \
  python/tests/engine/test_native_calls.py python/tests/engine/test_native_hostile.py \
  python/tests/models/test_black_box.py python/tests/reliability/test_threads.py
