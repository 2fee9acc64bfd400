// SPDX-License-Identifier: Apache-2.0
// Pipes, for Emscripten, whose own neither fill up nor end; fcntl's commands for them, linked with --wrap.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel_client.h"

using taipan::openKernelDescriptor;

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
    const int reader = openKernelDescriptor(answer.value, flags | O_RDONLY, S_IFIFO);
    if (reader < 0) {
        const int error = errno;
        taipan::tellKernel(taipan::kernel::Close{{static_cast<int32_t>(answer.second)}});
        errno = error;
        return -1;
    }
    const int writer = openKernelDescriptor(answer.second, flags | O_WRONLY, S_IFIFO);
    if (writer < 0) {
        const int error = errno;
        close(reader);
        errno = error;
        return -1;
    }
    ends[0] = reader;
    ends[1] = writer;
    return 0;
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
    return static_cast<int>(taipan::resultOf(taipan::askKernel(request)));
}

}  // extern "C"
