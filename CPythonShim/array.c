/// The type Array: a read-only view of the engine's memory, which it keeps alive.
#include "dlpack.h"
#include "shim.h"

typedef struct {
  PyObject_HEAD
  assay_array *array;
  const void *data;
  const shim_element *element;
  int ndim;
  Py_ssize_t count;
  Py_ssize_t shape[ASSAY_MAXIMUM_RANK];
  Py_ssize_t strides[ASSAY_MAXIMUM_RANK];
} array_object;

PyObject *shim_array_new(shim_state *state, assay_array *array) {
  assay_array_view view = assay_array_look(array);
  array_object *self = NULL;
  const shim_element *element = shim_element_of(view.dtype);
  if (!element || view.ndim > ASSAY_MAXIMUM_RANK) {
    shim_refuse(ASSAY_INTERNAL, "result", "an array of a known type and rank", "another");
  } else {
    self = PyObject_New(array_object, state->array);
  }
  if (!self) {
    assay_array_release(array);
    return NULL;
  }
  self->array = array;
  self->data = view.data;
  self->element = element;
  self->ndim = view.ndim;
  self->count = 1;
  for (int axis = view.ndim - 1; axis >= 0; axis--) {
    self->shape[axis] = (Py_ssize_t)view.shape[axis];
    self->strides[axis] = self->count * element->size;
    self->count *= self->shape[axis];
  }
  return (PyObject *)self;
}

static void array_dealloc(PyObject *object) {
  PyTypeObject *type = Py_TYPE(object);
  assay_array_release(((array_object *)object)->array);
  PyObject_Free(object);
  Py_DECREF(type);
}

static int array_getbuffer(PyObject *object, Py_buffer *view, int flags) {
  array_object *self = (array_object *)object;
  view->obj = NULL;
  if (flags & PyBUF_WRITABLE) {
    PyErr_SetString(PyExc_BufferError, "arrays of the engine are read-only");
    return -1;
  }
  if ((flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS && self->ndim > 1) {
    PyErr_SetString(PyExc_BufferError, "arrays of the engine are row-major");
    return -1;
  }
  int has_shape = (flags & PyBUF_ND) == PyBUF_ND;
  view->buf = (void *)self->data;
  view->len = self->count * self->element->size;
  view->itemsize = self->element->size;
  view->readonly = 1;
  view->format = flags & PyBUF_FORMAT ? (char *)self->element->format : NULL;
  view->ndim = has_shape ? self->ndim : 1;
  view->shape = has_shape ? self->shape : NULL;
  view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? self->strides : NULL;
  view->suboffsets = NULL;
  view->internal = NULL;
  view->obj = Py_NewRef(object);
  return 0;
}

static PyObject *array_shape(PyObject *object, void *closure) {
  (void)closure;
  array_object *self = (array_object *)object;
  PyObject *shape = PyTuple_New(self->ndim);
  for (int axis = 0; shape && axis < self->ndim; axis++) {
    PyObject *extent = PyLong_FromSsize_t(self->shape[axis]);
    if (!extent || PyTuple_SetItem(shape, axis, extent) < 0) Py_CLEAR(shape);
  }
  return shape;
}

static PyObject *array_dtype(PyObject *object, void *closure) {
  (void)closure;
  return PyUnicode_FromString(((array_object *)object)->element->name);
}

static PyObject *array_dlpack(PyObject *object, PyObject *arguments, PyObject *keywords) {
  return shim_dlpack(((array_object *)object)->array, arguments, keywords);
}

static PyObject *array_dlpack_device(PyObject *object, PyObject *unused) {
  (void)object, (void)unused;
  return Py_BuildValue("(ii)", DLPACK_CPU, 0);
}

static PyGetSetDef array_properties[] = {
    {"shape", array_shape, NULL, "The extent of every axis.", NULL},
    {"dtype", array_dtype, NULL, "\"float32\", \"float64\", \"int32\" or \"int64\".", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef array_methods[] = {
    {"__dlpack__", (PyCFunction)(void (*)(void))array_dlpack, METH_VARARGS | METH_KEYWORDS,
     "__dlpack__($self, /, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\n"
     "A DLPack capsule: read-only and without a copy from max_version (1, 0) on, before that\n"
     "(the protocol cannot express read-only memory) a copy; BufferError where copy=False."},
    {"__dlpack_device__", array_dlpack_device, METH_NOARGS,
     "__dlpack_device__($self, /)\n--\n\nWhere the memory is: (1, 0), the CPU."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot array_slots[] = {
    {Py_tp_doc, "A read-only view of the engine's memory, which it keeps alive."},
    {Py_tp_dealloc, array_dealloc},
    {Py_tp_getset, array_properties},
    {Py_tp_methods, array_methods},
    {Py_bf_getbuffer, array_getbuffer},
    {0, NULL},
};

PyType_Spec shim_array_spec = {
    .name = "assay._native.Array",
    .basicsize = sizeof(array_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = array_slots,
};
