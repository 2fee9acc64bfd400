// SPDX-License-Identifier: Apache-2.0
// In the place of what turns syntax trees into Python objects and back, for programs that have no module
// `ast`: it is a tenth of a small program. Linked with --wrap.
#include <Python.h>

namespace {

[[maybe_unused]] void* fail() {
    PyErr_SetString(PyExc_RuntimeError,
                    "syntax trees as objects were left out of this program; compile it with --include ast");
    return nullptr;
}

}  // namespace

extern "C" {

int __wrap_PyAST_Check(PyObject*) {
    return 0;
}

PyObject* __wrap_PyAST_mod2obj(void*) {
    return static_cast<PyObject*>(fail());
}

void* __wrap_PyAST_obj2mod(PyObject*, void*, int) {
    return fail();
}

void __wrap__PyAST_Fini(PyInterpreterState*) {}

}  // extern "C"
