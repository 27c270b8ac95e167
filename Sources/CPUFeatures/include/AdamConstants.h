#ifndef ASSAY_ADAM_CONSTANTS_H
#define ASSAY_ADAM_CONSTANTS_H

/// The factors of one Adam step that are the same for every element.
typedef struct {
  float beta1, beta2;
  /// Step length: rate / (1 − beta1^t).
  float length;
  /// 1 / √(1 − beta2^t).
  float correction;
  float epsilon;
  /// What multiplies gradients before use: the clipping factor.
  float gradient_scale;
  /// What multiplies values first: 1 − rate · decoupled decay.
  float shrink;
  /// The share of a value that is added to its gradient: coupled decay.
  float pull;
} assay_adam;

#endif
