#ifndef ASSAY_BRAIN_FLOAT_H
#define ASSAY_BRAIN_FLOAT_H

#include <stdint.h>

#include "VectorRoot.h"

/// bfloat16: the upper half of a float. A pair of them travels in the 32 bits of a float lane, the
/// first one in the low half.
///
/// Where the including module is compiled for processors with the instructions they are used; the
/// other branch says the same in plain arithmetic, so that every processor can test the kernels
/// around them. The two differ where a number is subnormal: the instructions take it as zero.

#if !defined(__x86_64__) || defined(__AVX__)

#if defined(__AVX512BF16__)

typedef __bf16 assay_brain16x32 __attribute__((vector_size(64)));
typedef float assay_wide_float __attribute__((vector_size(64)));

/// sum + a.first · b.first + a.second · b.second in every lane.
static inline assay_float16 assay_add_pair_products16(
    assay_float16 sum, assay_float16 a, assay_float16 b) {
  return (assay_float16)__builtin_ia32_dpbf16ps_512(
      (assay_wide_float)sum, (assay_brain16x32)a, (assay_brain16x32)b);
}

/// 32 neighbouring floats as 16 pairs, rounded to nearest, ties to even.
static inline assay_float16 assay_brain_pairs16(assay_float16 x, assay_float16 next) {
  return (assay_float16)__builtin_ia32_cvtne2ps2bf16_512(
      (assay_wide_float)next, (assay_wide_float)x);
}

#else

typedef uint32_t assay_bits16 __attribute__((ext_vector_type(16)));

static inline assay_float16 assay_add_pair_products16(
    assay_float16 sum, assay_float16 a, assay_float16 b) {
  const assay_bits16 high = 0xFFFF0000u;
  const assay_bits16 x = (assay_bits16)a, y = (assay_bits16)b;
  sum += (assay_float16)(x & high) * (assay_float16)(y & high);
  return sum + (assay_float16)(x << 16) * (assay_float16)(y << 16);
}

/// A float as a bfloat16; NaN stays a quiet NaN.
static inline uint32_t assay_brain(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return bits >> 16 | 0x40;
  return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

static inline assay_float16 assay_brain_pairs16(assay_float16 x, assay_float16 next) {
  assay_bits16 pairs = 0;
  for (int pair = 0; pair < 8; pair++) {
    pairs[pair] = assay_brain(x[2 * pair]) | assay_brain(x[2 * pair + 1]) << 16;
    pairs[pair + 8] = assay_brain(next[2 * pair]) | assay_brain(next[2 * pair + 1]) << 16;
  }
  return (assay_float16)pairs;
}

#endif
#endif
#endif
