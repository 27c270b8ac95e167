/// Models that are computed outside the engine: a Python function answers its questions.
#include <stdlib.h>

#include "shim.h"

/// Lives as long as the engine's model. The references belong to the Model object, without which nobody
/// can ask; they are read and written with the interpreter lock held.
struct shim_asked {
  PyObject *module;
  PyObject *function;
};

PyObject *shim_asked_function(const shim_asked *asked) { return asked->function; }

void shim_asked_forget(shim_asked *asked) {
  Py_CLEAR(asked->function);
  Py_CLEAR(asked->module);
}

/// The exception of the question that failed last on this thread, until the call it belongs to ends.
static _Thread_local shim_exception failed;

int shim_restore_answer_error(void) { return shim_exception_raise(&failed); }

/// Hands a pair (json, arrays) over; false with an exception set if it is none.
static int give(PyObject *pair, assay_answer *answer) {
  PyObject *text, *arrays;
  if (!PyTuple_Check(pair) || !PyArg_ParseTuple(pair, "UO:answer", &text, &arrays)) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "answer: expected (text, arrays)");
    return 0;
  }
  shim_pair said;
  if (!shim_pair_borrow(text, arrays, &said)) return 0;
  assay_error *error = NULL;
  assay_status status = assay_answer_give(
      answer, said.json, (size_t)said.length, said.loans.arrays, said.loans.count, &error);
  shim_return(&said.loans, 1);
  if (status != ASSAY_OK) shim_raise_error(error);
  return status == ASSAY_OK;
}

/// Calls the function with the interpreter lock held; an exception it raises is kept until the call
/// that asked returns, and stops that call.
static int32_t ask(void *context, const assay_result *question, assay_answer *answer) {
  shim_asked *self = context;
  if (shim_is_stopped()) return 1;
  PyGILState_STATE lock = PyGILState_Ensure();
  // Held for the time of the question, whatever becomes of the model meanwhile.
  PyObject *module = Py_XNewRef(self->module), *function = Py_XNewRef(self->function);
  PyObject *pair = module ? shim_result_pair(shim_state_of(module), question) : NULL;
  PyObject *said = pair ? PyObject_CallObject(function, pair) : NULL;
  int succeeds = said && give(said, answer);
  Py_XDECREF(said);
  Py_XDECREF(pair);
  Py_XDECREF(function);
  Py_XDECREF(module);
  if (!succeeds) shim_exception_keep(&failed);
  PyGILState_Release(lock);
  return !succeeds;
}

/// Nothing asks any more; on any thread, with or without the interpreter lock.
static void let_go(void *context) { free(context); }

PyObject *shim_wrap(PyObject *module, PyObject *parameters) {
  PyObject *arguments, *function;
  if (!PyArg_ParseTuple(parameters, "UO:wrap", &arguments, &function)) return NULL;
  if (!PyCallable_Check(function)) {
    PyErr_SetString(PyExc_TypeError, "ask: expected a callable");
    return NULL;
  }
  Py_ssize_t length;
  const char *json = PyUnicode_AsUTF8AndSize(arguments, &length);
  shim_asked *self = json ? malloc(sizeof *self) : NULL;
  if (!self) return json ? PyErr_NoMemory() : NULL;
  *self = (shim_asked){NULL, NULL};
  assay_model *model = NULL;
  assay_error *error = NULL;
  // From here on `self` belongs to the engine, which frees it where it refuses the arguments.
  assay_status status = assay_model_wrap(json, (size_t)length, ask, self, let_go, &model, &error);
  if (status == ASSAY_OK) {
    *self = (shim_asked){Py_NewRef(module), Py_NewRef(function)};
    return shim_model_new(shim_state_of(module), model, self);
  }
  shim_raise_error(error);
  return NULL;
}
