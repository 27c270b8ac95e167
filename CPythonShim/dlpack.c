/// Arrays as DLPack capsules.
///
/// A consumer that speaks DLPack 1 gets the engine's memory, marked read-only. The older protocol
/// cannot say "read-only", so its consumers get memory of their own that they may write.
#include "dlpack.h"

#include <stdlib.h>
#include <string.h>

#include "shim.h"

static const char versioned_name[] = "dltensor_versioned";
static const char unversioned_name[] = "dltensor";

/// What a capsule owns: a handle on the engine's memory, or a copy of it. Nothing in it belongs to
/// Python, so a consumer may delete it on any thread.
typedef struct {
  union {
    dlpack_managed unversioned;
    dlpack_managed_versioned versioned;
  } managed;
  assay_array *array;
  void *copy;
  int64_t shape[ASSAY_MAXIMUM_RANK];
  int64_t strides[ASSAY_MAXIMUM_RANK];
} package;

static void package_free(package *self) {
  assay_array_release(self->array);
  free(self->copy);
  free(self);
}

static void delete_unversioned(dlpack_managed *self) { package_free(self->context); }
static void delete_versioned(dlpack_managed_versioned *self) { package_free(self->context); }

/// Frees a capsule that nobody consumed; consuming one renames it.
static void destroy_capsule(PyObject *capsule) {
  if (PyCapsule_IsValid(capsule, versioned_name)) {
    dlpack_managed_versioned *managed = PyCapsule_GetPointer(capsule, versioned_name);
    managed->deleter(managed);
  } else if (PyCapsule_IsValid(capsule, unversioned_name)) {
    dlpack_managed *managed = PyCapsule_GetPointer(capsule, unversioned_name);
    managed->deleter(managed);
  }
}

static void describe(package *self, const assay_array_view *view, dlpack_tensor *tensor) {
  const shim_element *element = shim_element_of(view->dtype);
  int64_t stride = 1;
  for (int32_t axis = view->ndim - 1; axis >= 0; axis--) {
    self->shape[axis] = view->shape[axis];
    self->strides[axis] = stride;
    stride *= view->shape[axis];
  }
  tensor->data = self->copy ? self->copy : (void *)view->data;
  tensor->device.type = DLPACK_CPU;
  tensor->ndim = view->ndim;
  tensor->dtype.code = element->dlpack_code;
  tensor->dtype.bits = (uint8_t)(element->size * 8);
  tensor->dtype.lanes = 1;
  tensor->shape = self->shape;
  tensor->strides = self->strides;
}

static PyObject *make_capsule(const assay_array *array, int versioned, int copied) {
  assay_array_view view = assay_array_look(array);
  package *self = calloc(1, sizeof *self);
  if (!self) return PyErr_NoMemory();
  if (copied) {
    size_t size = shim_element_of(view.dtype)->size;
    for (int32_t axis = 0; axis < view.ndim; axis++) size *= (size_t)view.shape[axis];
    self->copy = malloc(size ? size : 1);
    if (!self->copy) {
      free(self);
      return PyErr_NoMemory();
    }
    memcpy(self->copy, view.data, size);
  } else {
    self->array = assay_array_retain(array);
  }
  PyObject *capsule;
  if (versioned) {
    dlpack_managed_versioned *managed = &self->managed.versioned;
    managed->version.major = DLPACK_MAJOR;
    managed->version.minor = DLPACK_MINOR;
    managed->context = self;
    managed->deleter = delete_versioned;
    managed->flags = copied ? DLPACK_IS_COPIED : DLPACK_READ_ONLY;
    describe(self, &view, &managed->tensor);
    capsule = PyCapsule_New(managed, versioned_name, destroy_capsule);
  } else {
    dlpack_managed *managed = &self->managed.unversioned;
    managed->context = self;
    managed->deleter = delete_unversioned;
    describe(self, &view, &managed->tensor);
    capsule = PyCapsule_New(managed, unversioned_name, destroy_capsule);
  }
  if (!capsule) package_free(self);
  return capsule;
}

static int is_none(PyObject *object) { return object == Py_None; }

/// Reads a pair of integers; None leaves them as they are. False with an exception set.
static int read_pair(PyObject *pair, const char *name, int *first, int *second) {
  if (is_none(pair)) return 1;
  if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
    PyErr_Format(PyExc_TypeError, "%s: expected a pair of integers or None", name);
    return 0;
  }
  return PyArg_ParseTuple(pair, "ii", first, second);
}

PyObject *shim_dlpack(const assay_array *array, PyObject *arguments, PyObject *keywords) {
  static char *names[] = {"stream", "max_version", "dl_device", "copy", NULL};
  PyObject *stream = Py_None, *max_version = Py_None, *device = Py_None, *copy = Py_None;
  if (!PyArg_ParseTupleAndKeywords(
          arguments, keywords, "|$OOOO:__dlpack__", names, &stream, &max_version, &device, &copy))
    return NULL;
  if (!is_none(stream)) {
    PyErr_SetString(PyExc_BufferError, "stream: expected None for CPU memory");
    return NULL;
  }
  int major = 0, minor = 0;
  int type = DLPACK_CPU, id = 0;
  if (!read_pair(max_version, "max_version", &major, &minor) ||
      !read_pair(device, "dl_device", &type, &id))
    return NULL;
  if (type != DLPACK_CPU || id != 0) {
    PyErr_SetString(PyExc_BufferError, "dl_device: expected (1, 0), the CPU");
    return NULL;
  }
  int wants_copy = is_none(copy) ? 0 : PyObject_IsTrue(copy);
  if (wants_copy < 0) return NULL;
  int versioned = major >= DLPACK_MAJOR;
  if (!versioned && !is_none(copy) && !wants_copy) {
    PyErr_SetString(
        PyExc_BufferError,
        "copy=False: expected max_version of (1, 0) or later, the first that "
        "can hand over read-only memory");
    return NULL;
  }
  return make_capsule(array, versioned, wants_copy || !versioned);
}
