/// Where Swift's runtime makes threads wait for each other, in the sight of the thread sanitizer.
///
/// The sanitizer does not see into the libraries of Swift: what a thread did behind a mutex that it had
/// to wait for, or with a global that another thread made, looks like a race. These do the same work
/// and stand before the libraries' own in a build with the sanitizer, and in no other.
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

#define SWIFT_METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

// The slow paths of `Mutex`; the fast ones are part of every module that locks.

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

/// Makes a global at its first use.
void swift_once(_Atomic intptr_t *token, void (*make)(void *), void *context) {
  enum { nobody = 0, somebody = 1, done = -1 };
  intptr_t found = nobody;
  if (atomic_compare_exchange_strong(token, &found, somebody)) {
    make(context);
    atomic_store_explicit(token, done, memory_order_release);
  } else {
    while (atomic_load_explicit(token, memory_order_acquire) != done) sched_yield();
  }
}
