/// The type Model: an open model, immutable, for use by any number of threads.
#include "shim.h"

typedef struct {
  PyObject_HEAD
  assay_model *model;
  /// What the model asks, or NULL.
  shim_asked *asked;
} model_object;

PyObject *shim_model_new(shim_state *state, assay_model *model, shim_asked *asked) {
  model_object *self = PyObject_GC_New(model_object, state->model);
  if (self) {
    self->model = model;
    self->asked = asked;
    PyObject_GC_Track(self);
  } else {
    if (asked) shim_asked_forget(asked);
    assay_model_release(model);
  }
  return (PyObject *)self;
}

assay_model *shim_model_handle(PyObject *model) { return ((model_object *)model)->model; }

static int model_traverse(PyObject *object, visitproc visit, void *arg) {
  model_object *self = (model_object *)object;
  Py_VISIT(Py_TYPE(object));
  if (self->asked) Py_VISIT(shim_asked_function(self->asked));
  return 0;
}

static int model_clear(PyObject *object) {
  model_object *self = (model_object *)object;
  if (self->asked) shim_asked_forget(self->asked);
  return 0;
}

static void model_dealloc(PyObject *object) {
  PyTypeObject *type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  model_clear(object);
  // The engine's model holds the memory of `asked`, so it goes last.
  assay_model_release(((model_object *)object)->model);
  PyObject_GC_Del(object);
  Py_DECREF(type);
}

static PyType_Slot model_slots[] = {
    {Py_tp_doc, "An open model: immutable, for use by any number of threads."},
    {Py_tp_dealloc, model_dealloc},
    {Py_tp_traverse, model_traverse},
    {Py_tp_clear, model_clear},
    {0, NULL},
};

PyType_Spec shim_model_spec = {
    .name = "assay._native.Model",
    .basicsize = sizeof(model_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_HAVE_GC,
    .slots = model_slots,
};
