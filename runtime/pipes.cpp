// SPDX-License-Identifier: Apache-2.0
// Pipes, for Emscripten, whose own neither fill up nor end; fcntl's commands for them, linked with --wrap.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel_client.h"

extern "C" {

int pipe2(int ends[2], int flags) {
    if ((flags & ~(O_CLOEXEC | O_NONBLOCK)) != 0) {
        errno = EINVAL;
        return -1;
    }
    const taipan::KernelAnswer answer =
        taipan::askKernel(taipan::kernel::MakePipe{static_cast<uint32_t>(flags | O_CLOEXEC)});
    if (taipan::resultOf(answer) < 0)
        return -1;
    return taipan::openKernelPair(answer, {flags | O_RDONLY, flags | O_WRONLY}, S_IFIFO, ends);
}

int pipe(int ends[2]) {
    return pipe2(ends, 0);
}

int __real_fcntl(int descriptor, int command, ...);

int __wrap_fcntl(int descriptor, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    if (command != F_GETPIPE_SZ && command != F_SETPIPE_SZ)
        return __real_fcntl(descriptor, command, argument);
    const int handle = taipan::kernelHandle(descriptor);
    if (handle < 0) {
        errno = EBADF;
        return -1;
    }
    taipan::kernel::PipeSize request{{handle}, {}};
    if (command == F_SETPIPE_SZ)
        request.size = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(argument));
    return taipan::callKernel(request);
}

}  // extern "C"
