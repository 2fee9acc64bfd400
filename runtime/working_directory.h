// SPDX-License-Identifier: Apache-2.0
// Where a WASI program works.
#pragma once

#include <stdlib.h>
#include <unistd.h>

// WASI has no notion of a working directory; the C library keeps one, and hosts pass theirs in PWD.
inline void enterWorkingDirectory() {
    if (const char* directory = getenv("PWD"); directory != nullptr) {
        // A directory that is gone leaves us at the root, as a fresh WASI program is.
        (void)chdir(directory);
    }
}
