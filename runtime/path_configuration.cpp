// SPDX-License-Identifier: Apache-2.0
// pathconf and fpathconf of what is there: Emscripten's C library answers for whatever it is asked. Linked
// with --wrap.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {

long __real_fpathconf(int descriptor, int name);

long __wrap_fpathconf(int descriptor, int name) {
    return fcntl(descriptor, F_GETFD) < 0 ? -1 : __real_fpathconf(descriptor, name);
}

// The values are the same for all files.
long __wrap_pathconf(const char* path, int name) {
    struct stat status;
    return stat(path, &status) < 0 ? -1 : __real_fpathconf(-1, name);
}

}  // extern "C"
