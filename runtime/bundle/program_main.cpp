// SPDX-License-Identifier: Apache-2.0
// main() of a compiled program: an interpreter whose modules are inside of it, and the program as its
// __main__.
#include <Python.h>
#include <marshal.h>
#include <wasi/api.h>

#include "../working_directory.h"
#include "process_clock.h"
#include "recursion.h"
#include "reference.h"
#include "shedding.h"
#include "snapshot.h"
#include "unpacking.h"

extern "C" {
// Of the linker and the C library: constructors, main() with its arguments, destructors.
void __wasm_call_ctors();
int __main_void();
void __wasm_call_dtors();

// Of CPython, for its own use: Python/pythonrun.c, Modules/atexitmodule.c.
int _Py_HandleSystemExit(int* code);
void _PyAtExit_Call(PyInterpreterState* interpreter);

// What src/bundle generates for each program.
extern const struct _frozen taipan_frozen_modules[];
extern const unsigned char taipan_main_code[];
extern const int taipan_main_size;
extern const char taipan_main_file[];
extern const char taipan_main_module[];  // what __spec__ says; empty for a script
extern const int taipan_sheds_documentation;
extern const int taipan_optimization;
void taipan_begin();  // makes the program's files visible, if it has any
}

namespace {

// The interpreter's own exit code for streams that cannot be flushed.
constexpr int kCannotFlush = 120;

// What an operating system takes of an exit code; engines refuse what is longer.
constexpr unsigned kExitCodeBits = 0xff;

// The standard library's place in __file__ and in tracebacks.
constexpr wchar_t kPrefix[] = L"/";
constexpr wchar_t kLibrary[] = L"/lib/python3.13";

// sys.path: where the program is, and what it was compiled with beside the standard library.
constexpr const wchar_t* kSearchPath[] = {L"/app", L"/lib/python3.13/site-packages"};

PyStatus configure(PyConfig* config, int argc, char** argv) {
    config->parse_argv = 0;
    config->module_search_paths_set = 1;
    config->pathconfig_warnings = 0;
    config->user_site_directory = 0;
    config->write_bytecode = 0;
    config->_init_main = 0;
    config->optimization_level = taipan_optimization;
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
    for (const wchar_t* const folder : kSearchPath) {
        if (const PyStatus status = PyWideStringList_Append(&config->module_search_paths, folder);
            PyStatus_Exception(status))
            return status;
    }
    return PyConfig_SetBytesArgv(config, argc, argv);
}

PyStatus initializeInterpreter(int argc, char** argv) {
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

void importOrEnd(const char* name) {
    PyObject* const module = PyImport_ImportModule(name);
    if (module == nullptr) {
        PyErr_Print();
        exit(1);
    }
    Py_DECREF(module);
}

// An interpreter that finds the program's modules; ends the process if there cannot be one.
void initialize(int argc, char** argv, bool keeps_code) {
    PyStatus status = initializeInterpreter(argc, argv);
    if (!PyStatus_Exception(status)) {
        if (keeps_code)
            importOrEnd("_taipan_kept_code");
        status = _Py_InitializeMain();
    }
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
    importOrEnd("_taipan_importer");
    importOrEnd("_taipan_left_out");
}

// `python -m` and `python FOLDER` give __main__ a __spec__ (bundle/importer.py).
bool adoptMain() {
    if (*taipan_main_module == '\0')
        return true;
    const Reference importer(PyImport_ImportModule("_taipan_importer"));
    return importer && Reference(PyObject_CallMethod(importer.get(), "adopt_main", "ss", taipan_main_module,
                                                     taipan_main_file));
}

// Runs the program in __main__; null with an exception set.
PyObject* runMain() {
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
    if (!adoptMain())
        return nullptr;
    PyObject* result = PyEval_EvalCode(code, names, names);
    Py_DECREF(code);
    return result;
}

[[noreturn]] void leave(int code) {
    __wasm_call_dtors();
    __wasi_proc_exit(static_cast<unsigned>(code) & kExitCodeBits);
}

int exit_code = 0;

// Reports the exception that is set, as the interpreter does for a program. Returns its exit code.
int reportException() {
    int code = 1;
    if (PyErr_ExceptionMatches(PyExc_SystemExit) != 0 && _Py_HandleSystemExit(&code) != 0)
        return code;
    PyErr_Print();
    return 1;
}

// Those that the process began with, whatever sys.stdout is now; borrowed and then kept to the end.
PyObject* first_streams[] = {nullptr, nullptr};

// True as well for a stream that is not there or closed.
bool flush(PyObject* stream) {
    if (stream == nullptr || stream == Py_None)
        return true;
    const Reference is_closed(PyObject_GetAttrString(stream, "closed"));
    const bool is_flushed = (is_closed && PyObject_IsTrue(is_closed.get()) == 1) ||
                            Reference(PyObject_CallMethod(stream, "flush", nullptr));
    PyErr_Clear();  // the interpreter will say it
    return is_flushed;
}

// Ends the interpreter and the process; __wrap__PyTraceMalloc_Stop has the last word.
[[noreturn]] void finish(int code) {
    _PyAtExit_Call(PyInterpreterState_Get());
    const bool is_flushed = flush(PySys_GetObject("stdout")) && flush(PySys_GetObject("stderr"));
    exit_code = is_flushed ? code : kCannotFlush;
    first_streams[0] = Py_XNewRef(PySys_GetObject("__stdout__"));
    first_streams[1] = Py_XNewRef(PySys_GetObject("__stderr__"));
    Py_FinalizeEx();
    leave(exit_code);
}

[[noreturn]] void runAndFinish() {
    PyObject* const result = runMain();
    const int code = result == nullptr ? reportException() : 0;
    Py_XDECREF(result);
    finish(code);
}

struct Arguments {
    size_t count = 0;
    char** values = nullptr;
};

// What the C library does for main(), which there is none of in a program that starts from a snapshot.
Arguments arguments() {
    Arguments result;
    size_t size = 0;
    if (__wasi_args_sizes_get(&result.count, &size) != 0)
        failStart("cannot get the arguments");
    auto* const text = static_cast<uint8_t*>(PyMem_RawMalloc(size + 1));
    result.values = static_cast<char**>(PyMem_RawCalloc(result.count + 1, sizeof(char*)));
    if (text == nullptr || result.values == nullptr)
        failStart("no memory to start with");
    if (__wasi_args_get(reinterpret_cast<uint8_t**>(result.values), text) != 0)
        failStart("cannot get the arguments");
    return result;
}

void startOrLeave() {
    unpackSnapshot();
    startProcessClock();
    limitRecursion();
    const Arguments given = arguments();
    if (!startFromSnapshot(static_cast<int>(given.count), given.values)) {
        PyErr_Print();
        leave(1);
    }
}

}  // namespace

// A program without a snapshot.
int main(int argc, char** argv) {
    taipan_begin();
    startProcessClock();
    enterWorkingDirectory();
    initialize(argc, argv, false);
    limitRecursion();
    runAndFinish();
}

extern "C" {

// In the place of the C library's, which calls the constructors for each export.
void _start() {
    __wasm_call_ctors();
    leave(__main_void());
}

// Up to the point where the snapshot is taken. Returns 0, or 1 after the reason on standard error.
[[clang::export_name("taipan_prepare")]] int taipan_prepare() {
    __wasm_call_ctors();
    taipan_begin();
    char program[] = "";
    char* values[] = {program, nullptr};
    findRuntimeTemplate();
    initialize(1, values, true);
    if (prepareSnapshot(taipan_sheds_documentation != 0))
        return 0;
    PyErr_Print();
    return 1;
}

// _start of a program with a snapshot: `taipan compile` gives it that name.
[[clang::export_name("taipan_start")]] void taipan_start() {
    startOrLeave();
    runAndFinish();
}

// The same with a rehearsal (bundle/snapshot.py) in the place of the program: an engine can be told what
// functions programs begin with.
[[clang::export_name("taipan_rehearse")]] void taipan_rehearse() {
    startOrLeave();
    finish(rehearseProgram() ? 0 : reportException());
}

// The linker puts it where _Py_Finalize calls the other: modules are gone then, and streams flushed. What
// would follow only gives memory back.
void __wrap__PyTraceMalloc_Stop() {
    for (PyObject* const stream : first_streams)
        flush(stream);
    leave(exit_code);
}

}  // extern "C"
