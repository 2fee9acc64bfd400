// SPDX-License-Identifier: Apache-2.0
// main() of the interpreter: CPython's own command line, after what the host needs is in place.
#include <Python.h>
#include <stdlib.h>

#ifdef __wasi__
#include <unistd.h>
#endif

namespace {

#ifdef __wasi__
// WASI has no notion of a working directory; the C library keeps one, and hosts pass theirs in PWD.
void enterWorkingDirectory() {
    if (const char* directory = getenv("PWD"); directory != nullptr) {
        // A directory that is gone leaves us at the root, as a fresh WASI program is.
        (void)chdir(directory);
    }
}
#endif

}  // namespace

int main(int argc, char** argv) {
#ifdef __wasi__
    enterWorkingDirectory();
#endif
    return Py_BytesMain(argc, argv);
}
