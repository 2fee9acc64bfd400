// SPDX-License-Identifier: Apache-2.0
#include "shedding.h"

#include <Python.h>
#include <stdint.h>
#include <string.h>

#include "reference.h"

extern "C" {
extern char _PyRuntime;  // Python/pylifecycle.c; its template is `initial` in Python/pystate.c
extern char __global_base;
extern char __data_end;
extern const struct _frozen* _PyImport_FrozenBootstrap;
extern const struct _frozen* _PyImport_FrozenStdlib;
extern const struct _frozen* _PyImport_FrozenTest;
// Of src/bundle: modules of the program that come with the interpreter; ends with null.
extern const char* const taipan_core_modules[];
}

namespace {

char* template_start = nullptr;
size_t template_size = 0;

// How many bytes differ: the template has no mark, and pointers into itself.
size_t differences(const char* left, const char* right, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i < size; ++i)
        count += left[i] != right[i] ? 1 : 0;
    return count;
}

// Include/internal/pycore_runtime.h: what debuggers are told begins with a mark, two numbers and this.
size_t runtimeSize() {
    constexpr size_t kSizeAt = 24;
    uint64_t size = 0;
    memcpy(&size, &_PyRuntime + kSizeAt, sizeof size);
    return static_cast<size_t>(size);
}

bool isOfProgram(const char* name) {
    for (const char* const* one = taipan_core_modules; *one != nullptr; ++one) {
        if (strcmp(*one, name) == 0)
            return true;
    }
    return false;
}

// Its first byte tells that there is something.
void clearCode(const struct _frozen& module) {
    if (module.code != nullptr && module.size > 1)
        memset(const_cast<unsigned char*>(module.code) + 1, 0, static_cast<size_t>(module.size) - 1);
}

bool clearKept(const struct _frozen* modules, PyObject* kept) {
    for (const struct _frozen* one = modules; one->name != nullptr; ++one) {
        const Reference name(PyUnicode_FromString(one->name));
        const int is_kept = name ? PyDict_Contains(kept, name.get()) : -1;
        if (is_kept < 0)
            return false;
        if (is_kept == 1)
            clearCode(*one);
    }
    return true;
}

void removeForeign(const struct _frozen* modules) {
    for (const struct _frozen* one = modules; one->name != nullptr; ++one) {
        if (isOfProgram(one->name))
            continue;
        clearCode(*one);
        const_cast<struct _frozen*>(one)->code = nullptr;  // which means that there is no such module
    }
}

// CPython's mark between a signature and what follows (Objects/typeobject.c).
constexpr const char* kSignatureEnd = ")\n--\n\n";

// The compiler keeps equal strings once, so the text has to look like documentation and nothing else.
// REQUIRES: linked with -O0, or other strings may be the end of it.
constexpr size_t kShortestText = 32;

void clearText(const char* text) {
    if (text == nullptr || strlen(text) < kShortestText || strchr(text, ' ') == nullptr)
        return;
    const char* const signature = strstr(text, kSignatureEnd);
    char* const rest = const_cast<char*>(signature != nullptr ? signature + strlen(kSignatureEnd) : text);
    memset(rest, 0, strlen(rest));
}

void clearMethods(PyMethodDef* methods) {
    for (; methods != nullptr && methods->ml_name != nullptr; ++methods)
        clearText(methods->ml_doc);
}

void clearStaticType(PyTypeObject* type) {
    clearText(type->tp_doc);
    clearMethods(type->tp_methods);
    for (PyGetSetDef* one = type->tp_getset; one != nullptr && one->name != nullptr; ++one)
        clearText(one->doc);
    for (PyMemberDef* one = type->tp_members; one != nullptr && one->name != nullptr; ++one)
        clearText(one->doc);
}

// Classes of Python have theirs in their dict alone, and it is the program's.
bool isBuiltin(PyTypeObject* type) {
    return (type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0 || type->tp_methods != nullptr ||
           type->tp_getset != nullptr;
}

bool forgetAttribute(PyObject* dict) {
    const Reference name(PyUnicode_FromString("__doc__"));
    if (!name)
        return false;
    PyObject* const text = PyDict_GetItemWithError(dict, name.get());  // borrowed
    return text == nullptr || !PyUnicode_Check(text) || PyDict_SetItem(dict, name.get(), Py_None) == 0;
}

bool clearType(PyTypeObject* type) {
    if (isBuiltin(type)) {
        clearStaticType(type);
        const Reference dict(PyType_GetDict(type));
        if (!dict || !forgetAttribute(dict.get()))
            return false;
        PyType_Modified(type);
    }
    const Reference derived(
        PyObject_CallMethod(reinterpret_cast<PyObject*>(&PyType_Type), "__subclasses__", "O", type));
    if (!derived)
        return false;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(derived.get()); ++i) {
        if (!clearType(reinterpret_cast<PyTypeObject*>(PyList_GET_ITEM(derived.get(), i))))
            return false;
    }
    return true;
}

bool clearModules() {
    PyObject* const modules = PyImport_GetModuleDict();  // borrowed
    PyObject* name = nullptr;
    PyObject* module = nullptr;
    for (Py_ssize_t at = 0; PyDict_Next(modules, &at, &name, &module);) {
        PyModuleDef* const definition = PyModule_Check(module) ? PyModule_GetDef(module) : nullptr;
        if (definition == nullptr) {
            PyErr_Clear();
            continue;
        }
        clearText(definition->m_doc);
        clearMethods(definition->m_methods);
        if (!forgetAttribute(PyModule_GetDict(module)))
            return false;
    }
    return true;
}

}  // namespace

void findRuntimeTemplate() {
    const char* const live = &_PyRuntime;
    const size_t size = runtimeSize();
    constexpr size_t kMark = 8;      // for debuggers, in the live one alone
    constexpr size_t kEnough = 512;  // to look twice
    constexpr size_t kMostDiffer = 1024;
    for (char* at = &__global_base; at + size <= &__data_end; at += sizeof(void*)) {
        if (at == live || memcmp(at + kMark, live + kMark, kEnough) != 0 ||
            differences(at, live, size) > kMostDiffer)
            continue;
        template_start = at;
        template_size = size;
        return;
    }
}

bool shedSpentData() {
    memset(template_start, 0, template_size);
    const Reference keeper(PyImport_ImportModule("_taipan_kept_code"));
    const Reference kept(keeper ? PyObject_GetAttrString(keeper.get(), "kept_code") : nullptr);
    if (!kept)
        return false;
    if (!clearKept(PyImport_FrozenModules, kept.get()) || !clearKept(_PyImport_FrozenStdlib, kept.get()))
        return false;
    removeForeign(_PyImport_FrozenStdlib);
    removeForeign(_PyImport_FrozenTest);
    // Nobody can import these again.
    for (const struct _frozen* one = _PyImport_FrozenBootstrap; one->name != nullptr; ++one)
        clearCode(*one);
    return true;
}

bool shedDocumentation() {
    return clearModules() && clearType(&PyBaseObject_Type);
}
