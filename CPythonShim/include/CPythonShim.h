/// The Python module `assay._native`; the import system finds its one function by name.
#ifndef ASSAY_CPYTHON_SHIM_H
#define ASSAY_CPYTHON_SHIM_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

PyMODINIT_FUNC PyInit__native(void);

#endif
