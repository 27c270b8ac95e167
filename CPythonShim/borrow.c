/// Python objects with the buffer protocol as arrays that the engine borrows.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "formats marked '<' are taken for native ones"
#endif

/// One held buffer. Two hold it: the engine, until nothing looks at the memory, and the shim, until
/// the call is over. Whoever lets go last releases the buffer; in most calls that is the shim,
/// which has the interpreter lock at hand.
typedef struct {
  Py_buffer buffer;
  int64_t shape[ASSAY_MAXIMUM_RANK];
  _Atomic int holders;
} loan;

static void loan_free(loan *self) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyBuffer_Release(&self->buffer);
  PyErr_Restore(type, value, traceback);
  free(self);
}

/// The engine lets go, on any thread, with or without the interpreter lock.
static void engine_lets_go(void *context) {
  loan *self = context;
  if (atomic_fetch_sub(&self->holders, 1) > 1) return;
  // After the interpreter's end the buffer's memory is nobody's concern any more.
  if (!Py_IsInitialized()) return;
  PyGILState_STATE lock = PyGILState_Ensure();
  loan_free(self);
  PyGILState_Release(lock);
}

/// The element type of a buffer; 0 if the engine does not read it.
static assay_dtype dtype_of(const Py_buffer *buffer) {
  const char *format = buffer->format ? buffer->format : "B";
  if (*format == '@' || *format == '=' || *format == '<') format++;
  if (*format == '\0' || format[1] != '\0') return 0;
  if (*format == 'f' && buffer->itemsize == 4) return ASSAY_FLOAT32;
  if (*format == 'd' && buffer->itemsize == 8) return ASSAY_FLOAT64;
  if (!strchr("ilqn", *format)) return 0;
  if (buffer->itemsize == 4) return ASSAY_INT32;
  return buffer->itemsize == 8 ? ASSAY_INT64 : 0;
}

/// The name of an element type that the engine does not read, for messages.
static void name_format(const Py_buffer *buffer, char *name, size_t size) {
  static const struct {
    const char *codes, *name;
  } numbers[] = {{"bhilqn", "int"}, {"BHILQN", "uint"}, {"efdg", "float"}};
  const char *format = buffer->format ? buffer->format : "B";
  const char *order = *format == '>' || *format == '!' ? "big-endian " : "";
  const char *code = *format && strchr("@=<>!", *format) ? format + 1 : format;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    if (*code && !code[1] && strchr(numbers[i].codes, *code)) {
      snprintf(name, size, "%s%s%zd", order, numbers[i].name, buffer->itemsize * 8);
      return;
    }
  }
  snprintf(name, size, "elements of the format %s", format);
  for (char *at = name; *at; at++)
    if (*at < 0x20 || *at > 0x7e) *at = '?';
}

/// Checks a buffer and describes it; false with an exception set if the engine cannot read it.
static int describe(loan *self, const char *subject, assay_array_in *array) {
  const Py_buffer *buffer = &self->buffer;
  char found[96];
  assay_dtype dtype = dtype_of(buffer);
  if (!dtype) {
    name_format(buffer, found, sizeof found);
    shim_refuse(
        ASSAY_SHAPE, subject, "float32, float64, int32 or int64 in native byte order", found);
    return 0;
  }
  if (buffer->ndim > ASSAY_MAXIMUM_RANK) {
    snprintf(found, sizeof found, "%d", buffer->ndim);
    shim_refuse(ASSAY_SHAPE, subject, "at most 8 axes", found);
    return 0;
  }
  if (!PyBuffer_IsContiguous(buffer, 'C')) {
    shim_refuse(
        ASSAY_SHAPE, subject, "a C-contiguous array (copy it with numpy.ascontiguousarray)",
        "a strided one");
    return 0;
  }
  for (int axis = 0; axis < buffer->ndim; axis++)
    self->shape[axis] = buffer->shape ? buffer->shape[axis] : buffer->len / buffer->itemsize;
  *array = (assay_array_in){
      .data = buffer->buf,
      .dtype = dtype,
      .ndim = buffer->ndim,
      .shape = self->shape,
      .release = engine_lets_go,
      .context = self,
  };
  return 1;
}

static int borrow_one(PyObject *object, Py_ssize_t index, assay_array_in *array) {
  char subject[32], found[96];
  snprintf(subject, sizeof subject, "array %zd", index);
  if (!PyObject_CheckBuffer(object)) {
    PyObject *name = PyType_GetName(Py_TYPE(object));
    const char *text = name ? PyUnicode_AsUTF8AndSize(name, NULL) : NULL;
    if (text) {
      snprintf(found, sizeof found, "an object of type %.60s", text);
      shim_refuse(ASSAY_SHAPE, subject, "an object with the buffer protocol", found);
    }
    Py_XDECREF(name);
    return 0;
  }
  loan *self = calloc(1, sizeof *self);
  if (!self) {
    PyErr_NoMemory();
    return 0;
  }
  if (PyObject_GetBuffer(object, &self->buffer, PyBUF_FULL_RO) < 0) {
    free(self);
    return 0;
  }
  if (!describe(self, subject, array)) {
    loan_free(self);
    return 0;
  }
  atomic_init(&self->holders, 2);
  return 1;
}

int shim_borrow(PyObject *sequence, shim_loans *loans) {
  *loans = (shim_loans){NULL, 0};
  PyObject *objects = PySequence_Tuple(sequence);
  if (!objects) return 0;
  Py_ssize_t count = PyTuple_Size(objects);
  int succeeds = count <= INT32_MAX;
  if (!succeeds) PyErr_SetString(PyExc_OverflowError, "too many arrays");
  if (succeeds && count > 0) {
    loans->arrays = calloc((size_t)count, sizeof *loans->arrays);
    succeeds = loans->arrays != NULL;
    if (!succeeds) PyErr_NoMemory();
  }
  for (Py_ssize_t index = 0; succeeds && index < count; index++) {
    succeeds = borrow_one(PyTuple_GetItem(objects, index), index, &loans->arrays[index]);
    if (succeeds) loans->count++;
  }
  Py_DECREF(objects);
  if (!succeeds) shim_return(loans, 0);
  return succeeds;
}

void shim_return(shim_loans *loans, int taken) {
  for (int32_t index = 0; index < loans->count; index++) {
    loan *self = loans->arrays[index].context;
    int remaining = taken ? atomic_fetch_sub(&self->holders, 1) - 1 : 0;
    if (remaining == 0) loan_free(self);
  }
  free(loans->arrays);
  *loans = (shim_loans){NULL, 0};
}
