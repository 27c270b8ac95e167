/// The module `assay._native`: its functions and its state.
#include "shim.h"

shim_state *shim_state_of(PyObject *module) { return PyModule_GetState(module); }

/// One call into the engine: what it borrows and whom it asks whether to go on.
typedef struct {
  shim_pair arguments;
  /// A Python callable, borrowed, or NULL.
  PyObject *poll;
  PyThreadState *thread;
  /// The exception that stopped the call.
  shim_exception stopped;
} engine_call;

/// Whether this thread is inside a poll function, where the engine must not be entered again.
static _Thread_local int is_polling;

/// Runs signal handlers and the caller's poll function; an exception of either stops the call.
static int32_t poll(void *context, double fraction, const char *message) {
  engine_call *call = context;
  if (shim_is_stopped()) return 1;
  PyEval_RestoreThread(call->thread);
  is_polling = 1;
  int stops = PyErr_CheckSignals() < 0;
  if (!stops && call->poll) {
    PyObject *answer = PyObject_CallFunction(call->poll, "ds", fraction, message);
    stops = answer == NULL;
    Py_XDECREF(answer);
  }
  if (stops) shim_exception_keep(&call->stopped);
  is_polling = 0;
  call->thread = PyEval_SaveThread();
  return stops;
}

/// Takes the arguments of a call; false with an exception set if they are not usable.
static int engine_begin(
    engine_call *call, PyObject *arguments, PyObject *arrays, PyObject *poll_function) {
  *call = (engine_call){0};
  if (shim_is_stopped()) {
    shim_raise_stopped();
    return 0;
  }
  if (is_polling) {
    shim_refuse(
        ASSAY_UNSUPPORTED, "a call to the engine", "none from inside a poll function", "one");
    return 0;
  }
  if (poll_function != Py_None) {
    if (!PyCallable_Check(poll_function)) {
      PyErr_SetString(PyExc_TypeError, "poll: expected a callable or None");
      return 0;
    }
    call->poll = poll_function;
  }
  return shim_pair_borrow(arguments, arrays, &call->arguments);
}

/// Gives the arguments back; true if the call succeeded, else an exception is set.
static int engine_end(engine_call *call, assay_status status, assay_error *error) {
  shim_return(&call->arguments.loans, 1);
  if (status != ASSAY_OK && shim_is_stopped()) {
    assay_error_release(error);
    shim_exception_drop(&call->stopped);
    shim_raise_stopped();
    return 0;
  }
  if (shim_exception_raise(&call->stopped) || (status != ASSAY_OK && shim_restore_answer_error())) {
    assay_error_release(error);
    return 0;
  }
  if (status != ASSAY_OK) shim_raise_error(error);
  return status == ASSAY_OK;
}

static PyObject *native_open(PyObject *module, PyObject *parameters) {
  PyObject *arguments, *arrays, *poll_function = Py_None;
  engine_call call;
  if (!PyArg_ParseTuple(parameters, "UO|O:open", &arguments, &arrays, &poll_function) ||
      !engine_begin(&call, arguments, arrays, poll_function))
    return NULL;
  assay_model *model = NULL;
  assay_error *error = NULL;
  call.thread = shim_leave_interpreter();
  assay_status status = assay_model_open(
      call.arguments.json, (size_t)call.arguments.length, call.arguments.loans.arrays,
      call.arguments.loans.count, poll, &call, &model, &error);
  shim_return_to_interpreter(call.thread);
  if (engine_end(&call, status, error)) return shim_model_new(shim_state_of(module), model, NULL);
  assay_model_release(model);
  return NULL;
}

static PyObject *native_call(PyObject *module, PyObject *parameters) {
  shim_state *state = shim_state_of(module);
  const char *operation;
  PyObject *model, *arguments, *arrays, *poll_function = Py_None, *answer = NULL;
  engine_call call;
  if (!PyArg_ParseTuple(
          parameters, "sOUO|O:call", &operation, &model, &arguments, &arrays, &poll_function))
    return NULL;
  if (model != Py_None && !PyObject_TypeCheck(model, state->model)) {
    PyErr_SetString(PyExc_TypeError, "model: expected a Model or None");
    return NULL;
  }
  if (!engine_begin(&call, arguments, arrays, poll_function)) return NULL;
  assay_result *result = NULL;
  assay_error *error = NULL;
  call.thread = shim_leave_interpreter();
  assay_status status = assay_call(
      operation, model == Py_None ? NULL : shim_model_handle(model), call.arguments.json,
      (size_t)call.arguments.length, call.arguments.loans.arrays, call.arguments.loans.count, poll,
      &call, &result, &error);
  shim_return_to_interpreter(call.thread);
  if (engine_end(&call, status, error)) answer = shim_result_pair(state, result);
  assay_result_release(result);
  return answer;
}

static PyObject *native_with_vocabulary(PyObject *module, PyObject *parameters) {
  shim_state *state = shim_state_of(module);
  PyObject *opened, *arguments;
  Py_ssize_t length;
  if (!PyArg_ParseTuple(parameters, "O!U:with_vocabulary", state->model, &opened, &arguments))
    return NULL;
  const char *json = PyUnicode_AsUTF8AndSize(arguments, &length);
  if (!json) return NULL;
  assay_model *model = NULL;
  assay_error *error = NULL;
  assay_status status = assay_model_with_vocabulary(
      shim_model_handle(opened), json, (size_t)length, &model, &error);
  if (status == ASSAY_OK) return shim_model_new(state, model, NULL);
  shim_raise_error(error);
  return NULL;
}

static PyObject *native_set_num_threads(PyObject *module, PyObject *count) {
  (void)module;
  int overflows;
  long long threads = PyLong_AsLongLongAndOverflow(count, &overflows);
  if (threads == -1 && PyErr_Occurred()) return NULL;
  // Beyond 32 bits every number is as far out of range as the nearest that fits.
  if (overflows || threads > INT32_MAX || threads < INT32_MIN)
    threads = overflows > 0 || threads > 0 ? INT32_MAX : INT32_MIN;
  assay_error *error = NULL;
  if (assay_set_num_threads((int32_t)threads, &error) != ASSAY_OK) {
    shim_raise_error(error);
    return NULL;
  }
  Py_RETURN_NONE;
}

static PyObject *native_get_num_threads(PyObject *module, PyObject *unused) {
  (void)module, (void)unused;
  return PyLong_FromLong(assay_get_num_threads());
}

static PyMethodDef functions[] = {
    {"open", native_open, METH_VARARGS,
     "open($module, arguments, arrays, poll=None, /)\n--\n\n"
     "Open the model that the JSON text and the arrays describe."},
    {"wrap", shim_wrap, METH_VARARGS,
     "wrap($module, arguments, ask, /)\n--\n\n"
     "Make a model of a function that answers what the engine asks."},
    {"with_vocabulary", native_with_vocabulary, METH_VARARGS,
     "with_vocabulary($module, model, arguments, /)\n--\n\n"
     "Another model over the same weights, for a tokenizer with the JSON text's vocabulary."},
    {"call", native_call, METH_VARARGS,
     "call($module, operation, model, arguments, arrays, poll=None, /)\n--\n\n"
     "Run an operation; return its answer as JSON text and arrays."},
    {"set_num_threads", native_set_num_threads, METH_O,
     "set_num_threads($module, count, /)\n--\n\nHow many threads the next calls use."},
    {"get_num_threads", native_get_num_threads, METH_NOARGS,
     "get_num_threads($module, /)\n--\n\nHow many threads the next calls use."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject *add_type(PyObject *module, PyType_Spec *spec) {
  PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
  if (type && PyModule_AddType(module, (PyTypeObject *)type) < 0) Py_CLEAR(type);
  return (PyTypeObject *)type;
}

static int execute(PyObject *module) {
  // Borrowed buffers are released through PyGILState, which knows the main interpreter only.
  if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0) {
    PyErr_SetString(PyExc_ImportError, "assay._native works in the main interpreter only");
    return -1;
  }
  shim_state *state = shim_state_of(module);
  state->model = add_type(module, &shim_model_spec);
  state->array = add_type(module, &shim_array_spec);
  if (!state->model || !state->array || !shim_prepare_leaving()) return -1;
  return PyModule_AddStringConstant(module, "version", assay_version());
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
  shim_state *state = shim_state_of(module);
  Py_VISIT(state->model);
  Py_VISIT(state->array);
  return 0;
}

static int clear(PyObject *module) {
  shim_state *state = shim_state_of(module);
  Py_CLEAR(state->model);
  Py_CLEAR(state->array);
  return 0;
}

static void release(void *module) { clear(module); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The engine's Python face: JSON text and arrays in, JSON text and arrays out.",
    .m_size = sizeof(shim_state),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = release,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
