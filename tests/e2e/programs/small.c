// SPDX-License-Identifier: Apache-2.0
// An extension module with the mistakes that real ones make: functions that take fewer parameters than they are called with.
#include <Python.h>

static PyObject *answer(PyObject *self) { return PyLong_FromLong(42); }

static PyObject *twice(PyObject *self, PyObject *x) { return PyNumber_Add(x, x); }

static PyObject *get_size(PyObject *self) { return PyLong_FromLong(7); }

static PyGetSetDef thing_getset[] = {
    {"size", (getter)(void (*)(void))get_size, NULL, NULL, NULL},
    {NULL},
};

static PyTypeObject ThingType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "small.Thing",
    .tp_basicsize = sizeof(PyObject),
    .tp_getset = thing_getset,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
};

static PyMethodDef small_methods[] = {
    {"answer", (PyCFunction)(void (*)(void))answer, METH_NOARGS, NULL},
    {"twice", twice, METH_O, NULL},
    {NULL},
};

static struct PyModuleDef small_module = {PyModuleDef_HEAD_INIT, "small", NULL, -1, small_methods};

PyMODINIT_FUNC PyInit_small(void) {
    if (PyType_Ready(&ThingType) < 0) {
        return NULL;
    }
    PyObject *module = PyModule_Create(&small_module);
    if (module != NULL && PyModule_AddObjectRef(module, "Thing", (PyObject *)&ThingType) < 0) {
        Py_CLEAR(module);
    }
    return module;
}
