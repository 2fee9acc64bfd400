// SPDX-License-Identifier: Apache-2.0
// Reading, for Emscripten: every read of the C library ends in this call, stdio's as well, so this is where a
// thread waits until there is something. Linked with --wrap.
#include <wasi/api.h>

#include "suspension.h"

extern "C" {

__wasi_errno_t __real___wasi_fd_read(__wasi_fd_t descriptor, const __wasi_iovec_t* parts, size_t count,
                                     __wasi_size_t* size);

__wasi_errno_t __wrap___wasi_fd_read(__wasi_fd_t descriptor, const __wasi_iovec_t* parts, size_t count,
                                     __wasi_size_t* size) {
    if (taipan::waitReadable(static_cast<int>(descriptor)) == taipan::Wake::Signal)
        return __WASI_ERRNO_INTR;
    return __real___wasi_fd_read(descriptor, parts, count, size);
}

}  // extern "C"
