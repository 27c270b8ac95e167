#!/usr/bin/env bash
# Builds the engine and the Python module with a sanitizer and runs the parts of both suites in which
# memory is handled by hand and threads meet: tools/sanitize.sh address | thread [calls]
#
# "calls" builds the module alone and gives it spoilt calls for a while: what can be waited for at every
# change. Nothing is recycled in these builds (EXACT_MEMORY), so that a use of memory that is gone is
# seen.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=$1
case $kind in
address) short=asan ;;
thread) short=tsan ;;
*) echo "address or thread, not $kind" && exit 2 ;;
esac
scratch=$PWD/.build-$short
python=${PYTHON:-$PWD/.venv/bin/python}
swift=$(dirname "$(readlink -f "$(command -v swift)")")
flags=(--sanitize="$kind" --scratch-path "$scratch" -Xswiftc -DEXACT_MEMORY)
# Python's own allocations live until the process ends.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
export TSAN_OPTIONS=halt_on_error=1
# What must be there before Python is, whose module is built with it.
preload=$(echo "$swift"/../lib/clang/*/lib/linux/libclang_rt."$short"-x86_64.so)

mkdir -p "$scratch"
if [ "$kind" = thread ]; then
  "$swift"/clang -Wall -fsanitize=thread -fPIC -O1 -c tools/tsan_runtime.c -o "$scratch/runtime.o"
  flags+=(-Xlinker "$scratch/runtime.o")
  preload="$preload $swift/../lib/swift/linux/libdispatch.so"
fi

sanitized() {
  env LD_PRELOAD="$preload" PYTHONPATH="$scratch/python:$PWD" "$python" -B "$@"
}

ASSAY_PYTHON=1 PKG_CONFIG_PATH=$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("LIBPC"))') \
  swift build --product _native "${flags[@]}"
rm -rf "$scratch/python"
mkdir "$scratch/python"
cp -r python/assay "$scratch/python/"
cp "$scratch/debug/lib_native.so" "$scratch/python/assay/_native.abi3.so"

if [ "${2:-}" = calls ]; then
  sanitized -m tools.fuzz --seconds "${SECONDS_OF_CALLS:-30}"
  exit
fi

sanitized -m pytest -q -p no:cacheprovider -m "not slow" \
  -k "not within_a_fifth_of_a_second" \
  python/tests/engine/test_native_arrays_in.py python/tests/engine/test_native_arrays_out.py \
  python/tests/engine/test_native_calls.py python/tests/engine/test_native_hostile.py \
  python/tests/models/test_black_box.py python/tests/reliability/test_threads.py
sanitized -m tools.fuzz --seconds "${SECONDS_OF_CALLS:-30}"

swift build --build-tests "${flags[@]}"
swift test --skip-build "${flags[@]}" --filter \
  'ParallelTests|MultiplyTests|AttentionTests|RecurrenceTests|ExportsTests|SavingTests|FlowTests'
