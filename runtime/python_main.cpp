// SPDX-License-Identifier: Apache-2.0
// main() of the interpreter: CPython's own command line, after what the host needs is in place.
#include <Python.h>

#ifdef __wasi__
#include "working_directory.h"
#else
#include <stdlib.h>

#include "js_bridge.h"
#include "shared_memory/module.h"
#include "signals/signals.h"
#endif

#ifdef __wasi__

int main(int argc, char** argv) {
    enterWorkingDirectory();
    return Py_BytesMain(argc, argv);
}

#else

namespace {

// Where the host says that the library is; programs that are started from here are not to hear of it.
constexpr const char* kHomeVariable = "TAIPAN_PYTHON_HOME";

// Py_BytesMain, with a home that is no variable of the program's.
PyStatus initialize(int argc, char** argv) {
    PyPreConfig preparation;
    PyPreConfig_InitPythonConfig(&preparation);
    PyStatus status = Py_PreInitializeFromBytesArgs(&preparation, argc, argv);
    if (PyStatus_Exception(status))
        return status;
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    status = PyConfig_SetBytesArgv(&config, argc, argv);
    const char* const home = getenv(kHomeVariable);
    if (!PyStatus_Exception(status) && home != nullptr)
        status = PyConfig_SetBytesString(&config, &config.home, home);
    unsetenv(kHomeVariable);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    taipan::inheritSignals();
    PyImport_AppendInittab("_taipan_js", PyInit__taipan_js);
    PyImport_AppendInittab("_taipan_blocks", PyInit__taipan_blocks);
    const PyStatus status = initialize(argc, argv);
    if (PyStatus_IsExit(status))
        return status.exitcode;
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
    return Py_RunMain();
}

#endif
