#ifndef ASSAY_CPU_FEATURES_H
#define ASSAY_CPU_FEATURES_H

#include "KernelCodes.h"
#include "VectorRoot.h"
#include "AdamConstants.h"

/// The highest x86-64 level this processor and operating system support: 4, 3 or 1 (baseline).
/// Always 1 on other architectures.
int assay_cpu_level(void);

/// How many processors this process may run on; at least 1.
int assay_cpu_count(void);

#endif
