// SPDX-License-Identifier: Apache-2.0
// Gives an extension module's functions the type that CPython calls them with (see the patch
// "call-adapters"). The interpreter's own functions have the right types and are not looked at.
#include <Python.h>
#include <emscripten/stack.h>

#include "host_imports.h"

namespace {

// The main module's static data lies below the stack; whatever is above was loaded or allocated later.
bool isOfExtensionModule(const void* data) {
    return reinterpret_cast<uintptr_t>(data) >= emscripten_stack_get_base();
}

template <typename Function>
void adapt(Function& function, int arity) {
    if (function == nullptr) {
        return;
    }
    const auto index = static_cast<int32_t>(reinterpret_cast<uintptr_t>(function));
    function = reinterpret_cast<Function>(static_cast<uintptr_t>(taipan_adapt_call(index, arity)));
}

// 0 for calling conventions whose functions nobody gets wrong.
int arityOf(int flags) {
    switch (flags & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD)) {
        case METH_NOARGS:
        case METH_O:
        case METH_VARARGS:
            return 2;
        case METH_VARARGS | METH_KEYWORDS:
            return 3;
        default:
            return 0;
    }
}

}  // namespace

extern "C" {

void _Py_AdaptMethodDef(PyMethodDef* definition) {
    const int arity = arityOf(definition->ml_flags);
    if (arity != 0 && isOfExtensionModule(definition)) {
        adapt(definition->ml_meth, arity);
    }
}

void _Py_AdaptGetSetDef(PyGetSetDef* definition) {
    if (isOfExtensionModule(definition)) {
        adapt(definition->get, 2);
        adapt(definition->set, 3);
    }
}

}  // extern "C"
