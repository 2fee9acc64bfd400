// SPDX-License-Identifier: Apache-2.0
// main() of the interpreter: CPython's own command line, after what the host needs is in place.
#include <Python.h>

#ifdef __wasi__
#include "working_directory.h"
#else
#include "signals/signals.h"
#endif

int main(int argc, char** argv) {
#ifdef __wasi__
    enterWorkingDirectory();
#else
    taipan::inheritSignals();
#endif
    return Py_BytesMain(argc, argv);
}
