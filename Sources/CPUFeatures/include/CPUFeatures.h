#ifndef ASSAY_CPU_FEATURES_H
#define ASSAY_CPU_FEATURES_H

#include "KernelCodes.h"
#include "VectorRoot.h"
#include "AdamConstants.h"
#include "BrainFloat.h"
#include "Prefetch.h"

/// The highest x86-64 level this processor and operating system support: 4, 3 or 1 (baseline).
/// Always 1 on other architectures.
int assay_cpu_level(void);

/// Whether this processor and operating system multiply bfloat16 numbers (AVX512-BF16); 0 or 1.
int assay_cpu_has_bfloat16(void);

/// How many processors this process may run on; at least 1.
int assay_cpu_count(void);

/// Tells the processor that the caller is waiting in a loop: it saves power and leaves the core to
/// the other hardware thread.
static inline void assay_cpu_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

#endif
