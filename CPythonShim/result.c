/// What a call from Python and a question to Python share: a pair of JSON text and arrays each way, and
/// an exception that is kept until the call it belongs to ends.
#include "shim.h"

PyObject *shim_result_pair(shim_state *state, const assay_result *result) {
  size_t length;
  const char *json = assay_result_json(result, &length);
  int32_t count = assay_result_array_count(result);
  PyObject *arrays = PyList_New(count);
  for (int32_t index = 0; arrays && index < count; index++) {
    PyObject *array = shim_array_new(state, assay_result_array(result, index));
    if (!array || PyList_SetItem(arrays, index, array) < 0) Py_CLEAR(arrays);
  }
  if (!arrays) return NULL;
  PyObject *text = PyUnicode_DecodeUTF8(json, (Py_ssize_t)length, "strict");
  PyObject *pair = text ? PyTuple_Pack(2, text, arrays) : NULL;
  Py_XDECREF(text);
  Py_DECREF(arrays);
  return pair;
}

int shim_pair_borrow(PyObject *text, PyObject *arrays, shim_pair *pair) {
  pair->json = PyUnicode_AsUTF8AndSize(text, &pair->length);
  return pair->json && shim_borrow(arrays, &pair->loans);
}

void shim_exception_keep(shim_exception *kept) {
  shim_exception_drop(kept);
  PyErr_Fetch(&kept->type, &kept->value, &kept->traceback);
}

int shim_exception_raise(shim_exception *kept) {
  if (!kept->type) return 0;
  PyErr_Restore(kept->type, kept->value, kept->traceback);
  *kept = (shim_exception){NULL, NULL, NULL};
  return 1;
}

void shim_exception_drop(shim_exception *kept) {
  Py_CLEAR(kept->type);
  Py_CLEAR(kept->value);
  Py_CLEAR(kept->traceback);
}
