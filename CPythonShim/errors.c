/// Errors of the engine as exceptions of the package.
#include "shim.h"

void shim_raise(
    assay_status kind, const char *message, const char *subject, const char *expected,
    const char *found) {
  PyObject *errors = PyImport_ImportModule("assay._errors");
  PyObject *error = NULL;
  if (errors)
    error = PyObject_CallMethod(
        errors, "from_native", "issss", (int)kind, message, subject, expected, found);
  if (error && PyExceptionInstance_Check(error)) {
    PyErr_SetObject((PyObject *)Py_TYPE(error), error);
  } else if (error) {
    PyErr_SetString(PyExc_TypeError, "assay._errors.from_native must return an exception");
  }
  Py_XDECREF(error);
  Py_XDECREF(errors);
}

void shim_refuse(assay_status kind, const char *subject, const char *expected, const char *found) {
  PyObject *message = PyUnicode_FromFormat("%s: expected %s, found %s", subject, expected, found);
  const char *text = message ? PyUnicode_AsUTF8AndSize(message, NULL) : NULL;
  if (text) shim_raise(kind, text, subject, expected, found);
  Py_XDECREF(message);
}

void shim_raise_error(assay_error *error) {
  shim_raise(
      assay_error_kind(error), assay_error_message(error), assay_error_subject(error),
      assay_error_expected(error), assay_error_found(error));
  assay_error_release(error);
}
