// SPDX-License-Identifier: Apache-2.0
// ioctl requests that Emscripten's file system does not know but that have a right answer; linked with
// --wrap.
#include <stdarg.h>
#include <sys/ioctl.h>

extern "C" {

int __real_ioctl(int fd, int request, ...);

int __wrap_ioctl(int fd, int request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    // Nothing is inherited over exec here, so close-on-exec may be set or cleared at will.
    if (request == FIOCLEX || request == FIONCLEX) {
        return 0;
    }
    return __real_ioctl(fd, request, argument);
}

}  // extern "C"
