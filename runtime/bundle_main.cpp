// SPDX-License-Identifier: Apache-2.0
// main() of a compiled program: an interpreter whose modules are inside of it, and the program as its
// __main__.
#include <Python.h>
#include <marshal.h>

#include "working_directory.h"

// What src/bundle generates for each program.
extern "C" {
extern const struct _frozen taipan_frozen_modules[];
extern const unsigned char taipan_main_code[];
extern const int taipan_main_size;
extern const char taipan_main_file[];
}

namespace {

// The standard library's place in __file__ and in tracebacks.
constexpr wchar_t kPrefix[] = L"/";
constexpr wchar_t kLibrary[] = L"/lib/python3.13";

PyStatus configure(PyConfig* config, int argc, char** argv) {
    config->parse_argv = 0;
    config->module_search_paths_set = 1;
    config->pathconfig_warnings = 0;
    config->user_site_directory = 0;
    config->write_bytecode = 0;
    struct {
        wchar_t** place;
        const wchar_t* value;
    } const texts[] = {{&config->home, kPrefix},
                       {&config->prefix, kPrefix},
                       {&config->exec_prefix, kPrefix},
                       {&config->base_prefix, kPrefix},
                       {&config->base_exec_prefix, kPrefix},
                       {&config->stdlib_dir, kLibrary},
                       {&config->executable, L""},
                       {&config->base_executable, L""}};
    for (const auto& [place, value] : texts) {
        if (const PyStatus status = PyConfig_SetString(config, place, value); PyStatus_Exception(status))
            return status;
    }
    return PyConfig_SetBytesArgv(config, argc, argv);
}

PyStatus initialize(int argc, char** argv) {
    PyImport_FrozenModules = taipan_frozen_modules;
    PyPreConfig preconfig;
    PyPreConfig_InitPythonConfig(&preconfig);
    preconfig.parse_argv = 0;
    preconfig.utf8_mode = 1;
    if (const PyStatus status = Py_PreInitialize(&preconfig); PyStatus_Exception(status))
        return status;
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    PyStatus status = configure(&config, argc, argv);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return status;
}

// Runs the program in __main__; null with an exception set.
PyObject* runMain() {
    PyObject* left_out = PyImport_ImportModule("_taipan_left_out");
    if (left_out == nullptr)
        return nullptr;
    Py_DECREF(left_out);
    PyObject* code =
        PyMarshal_ReadObjectFromString(reinterpret_cast<const char*>(taipan_main_code), taipan_main_size);
    PyObject* module = PyImport_AddModule("__main__");  // borrowed
    if (code == nullptr || module == nullptr)
        return nullptr;
    PyObject* names = PyModule_GetDict(module);  // borrowed
    PyObject* file = PyUnicode_FromString(taipan_main_file);
    if (file == nullptr || PyDict_SetItemString(names, "__file__", file) < 0)
        return nullptr;
    Py_DECREF(file);
    PyObject* result = PyEval_EvalCode(code, names, names);
    Py_DECREF(code);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    enterWorkingDirectory();
    if (const PyStatus status = initialize(argc, argv); PyStatus_Exception(status))
        Py_ExitStatusException(status);
    PyObject* result = runMain();
    if (result == nullptr)
        PyErr_Print();  // ends the process itself on SystemExit
    const bool failed = result == nullptr;
    Py_XDECREF(result);
    // As the interpreter's own main does, 120 is for streams that cannot be flushed.
    return Py_FinalizeEx() < 0 ? 120 : failed;
}
