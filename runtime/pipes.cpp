// SPDX-License-Identifier: Apache-2.0
// Pipes, for Emscripten, whose own neither fill up nor end.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fcntl_commands.h"
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

}  // extern "C"

namespace taipan {

int controlPipe(int descriptor, int command, void* argument) {
    const int handle = kernelHandle(descriptor);
    if (handle < 0) {
        errno = EBADF;
        return -1;
    }
    kernel::PipeSize request{{handle}, {}};
    if (command == F_SETPIPE_SZ)
        request.size = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(argument));
    return callKernel(request);
}

}  // namespace taipan
