// SPDX-License-Identifier: Apache-2.0
#include "snapshot.h"

#include <Python.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>
#include <wasi/libc-environ.h>
#include <wasi/libc.h>

#include "../working_directory.h"
#include "free_memory.h"
#include "hash_renewal.h"
#include "reference.h"
#include "shedding.h"

namespace {

constexpr const char* kPythonPart = "_taipan_snapshot";

bool callPythonPart(const char* function) {
    const Reference module(PyImport_ImportModule(kPythonPart));
    return module && Reference(PyObject_CallMethod(module.get(), function, nullptr));
}

// The C library looks for opened folders once; the new process has others.
void openFolders() {
    for (__wasi_fd_t fd = 3;; ++fd) {
        __wasi_prestat_t folder;
        if (__wasi_fd_prestat_get(fd, &folder) != 0)
            return;
        const size_t length = folder.u.dir.pr_name_len;
        auto* const name = static_cast<char*>(PyMem_RawMalloc(length + 1));
        if (name == nullptr)
            failStart("no memory to start with");
        name[length] = '\0';
        if (__wasi_fd_prestat_dir_name(fd, reinterpret_cast<uint8_t*>(name), length) == 0)
            __wasilibc_register_preopened_fd(static_cast<int>(fd), name);
        PyMem_RawFree(name);
    }
}

// os.environ is a view of this dict.
bool renewEnvironment() {
    const Reference posix(PyImport_ImportModule("posix"));
    const Reference environment(posix ? PyObject_GetAttrString(posix.get(), "environ") : nullptr);
    if (!environment)
        return false;
    PyDict_Clear(environment.get());
    for (char** entry = __wasilibc_get_environ(); entry != nullptr && *entry != nullptr; ++entry) {
        const char* const equals = strchr(*entry, '=');
        if (equals == nullptr)
            continue;
        const Reference key(PyBytes_FromStringAndSize(*entry, equals - *entry));
        const Reference value(PyBytes_FromString(equals + 1));
        if (!key || !value || PyDict_SetDefault(environment.get(), key.get(), value.get()) == nullptr)
            return false;
    }
    return true;
}

// Into the same list: modules may have it by another name.
bool renewList(const char* name, PyObject* values) {
    PyObject* const list = PySys_GetObject(name);  // borrowed
    return list != nullptr && PyList_Check(list) &&
           PyList_SetSlice(list, 0, PyList_GET_SIZE(list), values) == 0;
}

bool renewArguments(int argc, char** argv) {
    const Reference arguments(PyList_New(0));
    for (int i = 0; arguments && i < argc; ++i) {
        const Reference argument(PyUnicode_DecodeFSDefault(argv[i]));
        if (!argument || PyList_Append(arguments.get(), argument.get()) < 0)
            return false;
    }
    return arguments && renewList("argv", arguments.get()) && renewList("orig_argv", arguments.get());
}

// The collector is not to look at what the library has (bundle/snapshot.py), but the program's own module is
// here already.
bool showMainToCollector() {
    PyObject* const main = PyImport_AddModule("__main__");  // borrowed
    if (main == nullptr)
        return false;
    PyObject* const names = PyModule_GetDict(main);  // borrowed
    PyObject_GC_UnTrack(main);
    PyObject_GC_Track(main);
    PyObject_GC_UnTrack(names);
    PyObject_GC_Track(names);
    return true;
}

}  // namespace

void failStart(const char* reason) {
    fprintf(stderr, "Fatal Python error: %s\n", reason);
    _Exit(1);
}

bool prepareSnapshot(bool sheds_documentation) {
    __wasilibc_populate_preopens();  // none; else the C library would look for them by itself later
    if (!callPythonPart("prepare_library") || !showMainToCollector() || !callPythonPart("prepare_program") ||
        !shedSpentData() || (sheds_documentation && !shedDocumentation()))
        return false;
    __wasilibc_deinitialize_environ();
    clearFreeMemory();
    if (!recordHashes())
        return false;
    return true;
}

bool startFromSnapshot(int argc, char** argv) {
    openFolders();
    enterWorkingDirectory();
    renewHashes();
    renewPythonHashes();
    return renewEnvironment() && renewArguments(argc, argv) && callPythonPart("start");
}

bool rehearseProgram() {
    return callPythonPart("rehearse");
}
