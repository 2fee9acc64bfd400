// SPDX-License-Identifier: Apache-2.0
#include "js_bridge.h"

#include <errno.h>

#include "extension_module.h"
#include "host_imports.h"
#include "suspension.h"

namespace {

// A descriptor from which all of the host's messages are read, each with its length in front (4 bytes).
PyObject* openMessages(PyObject*, PyObject*) {
    const taipan::Context context;
    const int32_t descriptor = taipan_js_open();
    context.restore();
    if (descriptor >= 0)
        return PyLong_FromLong(descriptor);
    errno = -descriptor;
    return PyErr_SetFromErrno(PyExc_OSError);
}

// Hands a message to the host.
PyObject* sendMessage(PyObject*, PyObject* message) {
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_AsUTF8AndSize(message, &size);
    if (text == nullptr)
        return nullptr;
    taipan_js_send(text, static_cast<size_t>(size));
    Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"open", openMessages, METH_NOARGS, nullptr},
    {"send", sendMessage, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

constinit PyModuleDef definition = taipan::moduleOf("_taipan_js", methods);

}  // namespace

PyMODINIT_FUNC PyInit__taipan_js() {
    return PyModuleDef_Init(&definition);
}
