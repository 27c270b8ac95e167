#ifndef ASSAY_KERNEL_CODES_H
#define ASSAY_KERNEL_CODES_H

/// Activation functions as the kernels take them: a number, because a Swift enum would make every
/// flavour of the kernels define the same weak helper functions.
enum {
  ASSAY_IDENTITY = 0,
  ASSAY_RELU = 1,
  ASSAY_GELU_ERF = 2,
  ASSAY_GELU_TANH = 3,
  ASSAY_TANH = 4,
  ASSAY_SIGMOID = 5,
  ASSAY_SILU = 6,
};

#endif
