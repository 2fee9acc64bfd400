// SPDX-License-Identifier: Apache-2.0
// ioctl requests that Emscripten's file system does not know but that have a right answer, and all that go to
// the kernel; linked with --wrap.
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "kernel_client.h"
#include "terminals.h"

extern "C" {

int __real_ioctl(int fd, int request, ...);

int __wrap_ioctl(int fd, int request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    if (request == FIOCLEX || request == FIONCLEX)
        return fcntl(fd, F_SETFD, request == FIOCLEX ? FD_CLOEXEC : 0);
    if (request == FIONBIO) {
        const int flags = fcntl(fd, F_GETFL);
        if (flags < 0)
            return -1;
        return fcntl(fd, F_SETFL,
                     *static_cast<int*>(argument) != 0 ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
    }
    if (const int handle = taipan::kernelHandle(fd); handle >= 0)
        return taipan::controlKernelFile(fd, handle, static_cast<unsigned>(request), argument);
    if (const auto answer = taipan::controlHostTerminal(fd, static_cast<unsigned>(request), argument))
        return *answer;
    return __real_ioctl(fd, request, argument);
}

}  // extern "C"
