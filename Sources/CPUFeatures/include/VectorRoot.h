#ifndef ASSAY_VECTOR_ROOT_H
#define ASSAY_VECTOR_ROOT_H

/// The square root of every lane in one instruction, which Swift's SIMD types do not give.
/// Each is defined where the including module is compiled for registers of that width.

typedef float assay_float4 __attribute__((ext_vector_type(4)));

static inline assay_float4 assay_root4(assay_float4 x) { return __builtin_elementwise_sqrt(x); }

#if !defined(__x86_64__) || defined(__AVX__)
typedef float assay_float8 __attribute__((ext_vector_type(8)));
typedef float assay_float16 __attribute__((ext_vector_type(16)));

static inline assay_float8 assay_root8(assay_float8 x) { return __builtin_elementwise_sqrt(x); }
static inline assay_float16 assay_root16(assay_float16 x) { return __builtin_elementwise_sqrt(x); }
#endif

#endif
