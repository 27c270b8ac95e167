/// The type Model: an open model, immutable, for use by any number of threads.
#include "shim.h"

typedef struct {
  PyObject_HEAD
  assay_model *model;
} model_object;

PyObject *shim_model_new(shim_state *state, assay_model *model) {
  model_object *self = PyObject_New(model_object, state->model);
  if (self) {
    self->model = model;
  } else {
    assay_model_release(model);
  }
  return (PyObject *)self;
}

assay_model *shim_model_handle(PyObject *model) { return ((model_object *)model)->model; }

static void model_dealloc(PyObject *object) {
  PyTypeObject *type = Py_TYPE(object);
  assay_model_release(((model_object *)object)->model);
  PyObject_Free(object);
  Py_DECREF(type);
}

static PyType_Slot model_slots[] = {
    {Py_tp_doc, "An open model: immutable, for use by any number of threads."},
    {Py_tp_dealloc, model_dealloc},
    {0, NULL},
};

PyType_Spec shim_model_spec = {
    .name = "assay._native.Model",
    .basicsize = sizeof(model_object),
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = model_slots,
};
