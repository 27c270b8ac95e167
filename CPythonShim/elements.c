/// The element types that cross the boundary.
#include "dlpack.h"
#include "shim.h"

static const shim_element elements[] = {
    {ASSAY_FLOAT32, "float32", "f", DLPACK_FLOAT, 4},
    {ASSAY_FLOAT64, "float64", "d", DLPACK_FLOAT, 8},
    {ASSAY_INT32, "int32", "i", DLPACK_INT, 4},
    {ASSAY_INT64, "int64", "q", DLPACK_INT, 8},
};

const shim_element *shim_element_of(assay_dtype dtype) {
  for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
    if (elements[i].dtype == dtype) return &elements[i];
  return NULL;
}
