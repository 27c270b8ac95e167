#define _GNU_SOURCE
#include "CPUFeatures.h"

#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#endif

int assay_cpu_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 4;
  if (__builtin_cpu_supports("x86-64-v3")) return 3;
#endif
  return 1;
}

int assay_cpu_has_bfloat16(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return assay_cpu_level() >= 4 && __builtin_cpu_supports("avx512bf16") != 0;
#else
  return 0;
#endif
}

int assay_cpu_count(void) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}
