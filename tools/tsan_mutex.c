/// The slow paths of Swift's `Mutex`, for the thread sanitizer alone.
///
/// The fast paths are part of every module that locks, and the sanitizer sees them. The slow ones are in
/// the Swift library, which it does not see into: whatever a thread did after it had to wait looks like a
/// race. These do the same work in sight, by trying until the mutex is free.
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

#define SWIFT_METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

SWIFT_METHOD void lock_slowly(uint32_t thread, SELF _Atomic uint32_t *mutex)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT_METHOD void unlock_slowly(SELF _Atomic uint32_t *mutex)
    __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

SWIFT_METHOD void lock_slowly(uint32_t thread, SELF _Atomic uint32_t *mutex) {
  uint32_t nobody = 0;
  while (!atomic_compare_exchange_weak_explicit(
      mutex, &nobody, thread, memory_order_acquire, memory_order_relaxed)) {
    nobody = 0;
    sched_yield();
  }
}

SWIFT_METHOD void unlock_slowly(SELF _Atomic uint32_t *mutex) {
  atomic_store_explicit(mutex, 0, memory_order_release);
}
