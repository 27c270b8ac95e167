/// The end of the interpreter: no thread is in the engine when it comes.
///
/// A thread that asks for the interpreter lock while the interpreter ends is ended by it, in the middle
/// of whatever called it. So calls are stopped and waited for before that.
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "shim.h"

/// How many calls are in the engine.
static _Atomic int inside;
static _Atomic int is_leaving;
/// The thread that ends the interpreter, which may call the engine to the last.
static pthread_t leaver;
/// The calls of this thread, one in another's black box.
static _Thread_local int depth;

/// A child process has the calls of the thread that forked alone.
static void forget_others(void) { atomic_store(&inside, depth); }

int shim_is_stopped(void) {
  return atomic_load(&is_leaving) && !pthread_equal(leaver, pthread_self());
}

void shim_raise_stopped(void) { PyErr_SetNone(PyExc_SystemExit); }

PyThreadState *shim_leave_interpreter(void) {
  depth++;
  atomic_fetch_add(&inside, 1);
  return PyEval_SaveThread();
}

void shim_return_to_interpreter(PyThreadState *thread) {
  PyEval_RestoreThread(thread);
  atomic_fetch_sub(&inside, 1);
  depth--;
}

/// Runs at exit, before the interpreter begins to end. Calls poll every 50 ms and stop; a function of
/// the caller's that an engine call waits for may take its time, but not for ever.
static PyObject *stop_calls(PyObject *module, PyObject *unused) {
  (void)module, (void)unused;
  leaver = pthread_self();
  atomic_store(&is_leaving, 1);
  PyThreadState *thread = PyEval_SaveThread();
  struct timespec pause = {0, 1000000};
  for (int waits = 0; waits < 5000 && atomic_load(&inside) > depth; waits++)
    nanosleep(&pause, NULL);
  PyEval_RestoreThread(thread);
  Py_RETURN_NONE;
}

static PyMethodDef stop_method = {"stop_calls", stop_calls, METH_NOARGS, NULL};

int shim_prepare_leaving(void) {
  static int is_prepared;
  if (is_prepared) return 1;
  PyObject *atexit_module = PyImport_ImportModule("atexit");
  PyObject *function = atexit_module ? PyCFunction_New(&stop_method, NULL) : NULL;
  PyObject *registered = function ? PyObject_CallMethod(atexit_module, "register", "O", function)
                                  : NULL;
  is_prepared = registered && pthread_atfork(NULL, NULL, forget_others) == 0;
  Py_XDECREF(registered);
  Py_XDECREF(function);
  Py_XDECREF(atexit_module);
  return is_prepared;
}
