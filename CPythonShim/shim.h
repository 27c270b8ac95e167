/// What the files of the shim share.
#ifndef ASSAY_SHIM_H
#define ASSAY_SHIM_H

#include "CPythonShim.h"
#include "assay.h"

/// The types of one module object.
typedef struct {
  PyTypeObject *model;
  PyTypeObject *array;
} shim_state;

shim_state *shim_state_of(PyObject *module);

extern PyType_Spec shim_model_spec;
extern PyType_Spec shim_array_spec;

/// What a wrapped model asks: a Python function, which belongs to the Model object, so that the garbage
/// collector sees a function that refers to its own model.
typedef struct shim_asked shim_asked;

/// A new Python object that owns the handle; on failure the handle is released. `asked` is NULL for a
/// model of the engine's own.
PyObject *shim_model_new(shim_state *state, assay_model *model, shim_asked *asked);
PyObject *shim_array_new(shim_state *state, assay_array *array);
/// A new Model that asks a Python function, as `wrap` in the stub says.
PyObject *shim_wrap(PyObject *module, PyObject *parameters);
/// Sets the exception of the Python function that stopped this thread's call; false if none did.
int shim_restore_answer_error(void);
/// `(json, [array, …])` of a result.
PyObject *shim_result_pair(shim_state *state, const assay_result *result);
/// The handle of a Model object, borrowed.
assay_model *shim_model_handle(PyObject *model);

/// The function of a wrapped model, borrowed; NULL once it was let go.
PyObject *shim_asked_function(const shim_asked *asked);
/// Takes the reference to the function back; whoever asks afterwards is refused.
void shim_asked_forget(shim_asked *asked);

/// The interpreter's end: registers what stops the calls; false with an exception set.
int shim_prepare_leaving(void);
/// Whether the interpreter ends, and it is not this thread that ends it.
int shim_is_stopped(void);
/// Sets the exception that ends such a thread without a word.
void shim_raise_stopped(void);
/// Gives the interpreter lock back for a call into the engine, and takes it again behind it.
PyThreadState *shim_leave_interpreter(void);
void shim_return_to_interpreter(PyThreadState *thread);

/// One element type: what the header, the buffer protocol and DLPack call it.
typedef struct {
  assay_dtype dtype;
  const char *name;
  const char *format;
  uint8_t dlpack_code;
  uint8_t size;
} shim_element;

const shim_element *shim_element_of(assay_dtype dtype);

/// Sets the exception that `assay._errors.from_native` makes.
void shim_raise(
    assay_status kind, const char *message, const char *subject, const char *expected,
    const char *found);
/// The same for a problem that the shim found, with the message in its usual form.
void shim_refuse(assay_status kind, const char *subject, const char *expected, const char *found);
/// Sets the exception for an error of the engine and releases the error.
void shim_raise_error(assay_error *error);

/// The Python objects whose memory a call borrows.
typedef struct {
  assay_array_in *arrays;
  int32_t count;
} shim_loans;

/// Borrows the memory of every object of a sequence; false with an exception set if one of them
/// is no array that the engine reads.
int shim_borrow(PyObject *sequence, shim_loans *loans);
/// Drops the shim's own hold on the memory; the engine keeps what it still looks at.
/// `taken` says whether the arrays were handed to the engine.
void shim_return(shim_loans *loans, int taken);

/// JSON text and arrays of Python's, borrowed for a call.
typedef struct {
  const char *json;
  Py_ssize_t length;
  shim_loans loans;
} shim_pair;

/// Borrows text and arrays; false with an exception set if they are not usable, and nothing borrowed.
int shim_pair_borrow(PyObject *text, PyObject *arrays, shim_pair *pair);

/// An exception that is kept until the call it belongs to ends; nothing where all are NULL.
typedef struct {
  PyObject *type, *value, *traceback;
} shim_exception;

/// Takes the exception that is set, in the place of one that was kept.
void shim_exception_keep(shim_exception *kept);
/// Sets the kept exception; false if there is none.
int shim_exception_raise(shim_exception *kept);
/// Forgets it.
void shim_exception_drop(shim_exception *kept);

/// The `__dlpack__` of an array handle.
PyObject *shim_dlpack(const assay_array *array, PyObject *arguments, PyObject *keywords);

#endif
