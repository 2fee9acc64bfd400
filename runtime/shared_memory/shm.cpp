// SPDX-License-Identifier: Apache-2.0
// shm_open and its kin, and what the C library's calls are for shared blocks, but for mmap
// (memory_maps/mmap.cpp). Linked with --wrap; what has nothing to do with blocks goes on to the C library.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <limits>

#include "../failure.h"
#include "../kernel_client.h"
#include "mappings.h"

using taipan::failure;
namespace kernel = taipan::kernel;
namespace shared_memory = taipan::shared_memory;

namespace {

// The kernel's number of what may be a block; negative for all others.
int blockHandle(int descriptor, mode_t mode) {
    return S_ISREG(mode) ? taipan::kernelHandle(descriptor) : -1;
}

}  // namespace

extern "C" {

// Who may open it nobody asks for: all processes are one user's.
int shm_open(const char* name, int flags, mode_t) {
    const int64_t handle =
        taipan::resultOf(taipan::askKernel(kernel::OpenBlock{name, static_cast<uint32_t>(flags)}));
    const int descriptor = handle < 0 ? -1 : taipan::openKernelDescriptor(handle, flags | O_CLOEXEC, S_IFREG);
    if (descriptor >= 0 && (flags & O_TRUNC) != 0)
        ftruncate(descriptor, 0);
    return descriptor;
}

int shm_unlink(const char* name) {
    return taipan::callKernel(kernel::UnlinkBlock{name});
}

int __real_fstat(int descriptor, struct stat* about);
int __wrap_fstat(int descriptor, struct stat* about) {
    const int result = __real_fstat(descriptor, about);
    const int handle = result < 0 ? -1 : blockHandle(descriptor, about->st_mode);
    if (handle < 0)
        return result;
    const int64_t size = taipan::resultOf(taipan::askKernel(kernel::DescribeBlock{{handle}}));
    about->st_size = size;
    return size < 0 ? -1 : 0;
}

int __real_ftruncate(int descriptor, off_t size);
int __wrap_ftruncate(int descriptor, off_t size) {
    const int handle = taipan::kernelHandle(descriptor);
    if (handle < 0)
        return __real_ftruncate(descriptor, size);
    if (size < 0)
        return failure(EINVAL);
    if (size > std::numeric_limits<int32_t>::max())
        return failure(EFBIG);
    return taipan::callKernel(kernel::ResizeBlock{{handle}, static_cast<uint32_t>(size)});
}

// Whoever waits for the end of a pipe or for a lock on a file learns of a close.
int __real_close(int descriptor);
int __wrap_close(int descriptor) {
    shared_memory::publish();
    return __real_close(descriptor);
}

int __real_dup2(int descriptor, int target);
int __wrap_dup2(int descriptor, int target) {
    shared_memory::publish();
    return __real_dup2(descriptor, target);
}

int __real_dup3(int descriptor, int target, int flags);
int __wrap_dup3(int descriptor, int target, int flags) {
    shared_memory::publish();
    return __real_dup3(descriptor, target, flags);
}

[[noreturn]] void __real__exit(int code);
[[noreturn]] void __wrap__exit(int code) {
    shared_memory::publish();
    __real__exit(code);
}

}  // extern "C"
