// SPDX-License-Identifier: Apache-2.0
// fcntl, for Emscripten, which knows no pipes and grants all locks; linked with --wrap.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>

#include "fcntl_commands.h"

extern "C" {

int __real_fcntl(int descriptor, int command, ...);

int __wrap_fcntl(int descriptor, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    if (command == F_GETPIPE_SZ || command == F_SETPIPE_SZ)
        return taipan::controlPipe(descriptor, command, argument);
    if (!taipan::isRecordCommand(command))
        return __real_fcntl(descriptor, command, argument);
    if (argument != nullptr)
        return taipan::controlRecord(descriptor, command, *static_cast<struct flock*>(argument));
    errno = EFAULT;
    return -1;
}

}  // extern "C"
