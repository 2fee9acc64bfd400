// SPDX-License-Identifier: Apache-2.0
// File locks, for Emscripten, which has none: flock, and the record locks of fcntl. The kernel holds them
// (kernel/file_locks.h); a process that is alone only notes its records.
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <optional>

#include "failure.h"
#include "fcntl_commands.h"
#include "host_imports.h"
#include "kernel/codec.h"
#include "kernel_client.h"

namespace kernel = taipan::kernel;
using taipan::failure;

namespace {

// The kernel's number for the open file, or -1 with errno.
int lockHandle(int descriptor) {
    const taipan::Context context;
    const int handle = taipan_lock_open(descriptor);
    context.restore();
    return handle >= 0 ? handle : failure(-handle);
}

/// From the file's beginning; a length of 0 is up to the end.
struct Range {
    int64_t start = 0;
    int64_t length = 0;
};

// Where offsets are counted from, or nothing with errno.
std::optional<int64_t> originOf(int descriptor, short whence) {
    struct stat about{};
    switch (whence) {
        case SEEK_SET:
            return 0;
        case SEEK_CUR: {
            const off_t position = lseek(descriptor, 0, SEEK_CUR);
            return position < 0 ? std::nullopt : std::optional<int64_t>(position);
        }
        case SEEK_END:
            return fstat(descriptor, &about) < 0 ? std::nullopt : std::optional<int64_t>(about.st_size);
        default:
            errno = EINVAL;
            return std::nullopt;
    }
}

// Nothing with errno for what is none.
std::optional<Range> rangeOf(int descriptor, const struct flock& lock) {
    const std::optional<int64_t> origin = originOf(descriptor, lock.l_whence);
    if (!origin)
        return std::nullopt;
    Range range{0, lock.l_len};
    int64_t end = 0;
    if (__builtin_add_overflow(*origin, lock.l_start, &range.start) ||
        __builtin_add_overflow(range.start, lock.l_len, &end)) {
        errno = EOVERFLOW;
        return std::nullopt;
    }
    if (lock.l_len < 0)
        range = {end, -lock.l_len};
    if (range.start >= 0)
        return range;
    errno = EINVAL;
    return std::nullopt;
}

bool isQuery(int command) {
    return command == F_GETLK || command == F_OFD_GETLK;
}

bool isOfDescription(int command) {
    return command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

// The error of a lock that can never be had, or 0.
int checkLock(int descriptor, int command, const struct flock& lock) {
    const int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0)
        return EBADF;
    const bool unlocks = lock.l_type == F_UNLCK;
    if (lock.l_type != F_RDLCK && lock.l_type != F_WRLCK && (!unlocks || isQuery(command)))
        return EINVAL;
    if (isOfDescription(command) && lock.l_pid != 0)
        return EINVAL;
    const int access = flags & O_ACCMODE;
    const int refused = lock.l_type == F_RDLCK ? O_WRONLY : O_RDONLY;
    return !unlocks && !isQuery(command) && access == refused ? EBADF : 0;
}

kernel::LockRecord requestFor(int handle, int command, const Range& range, short type) {
    return {.descriptor = {handle},
            .type = static_cast<kernel::LockRecord::Type>(type),
            .start = range.start,
            .length = range.length,
            .wait = command == F_SETLKW || command == F_OFD_SETLKW,
            .query = isQuery(command),
            .of_description = isOfDescription(command)};
}

// What stands in the way.
int query(const kernel::LockRecord& request, struct flock& lock) {
    constexpr size_t kAnswerSize = 2 * sizeof(uint32_t) + 2 * sizeof(int64_t);
    std::array<uint8_t, kAnswerSize> data{};
    if (taipan::resultOf(taipan::askKernel(request, data)) < 0)
        return -1;
    kernel::RecordLock found;
    kernel::Decoder decoder{kernel::Slice(kernel::Bytes(data.begin(), data.end()))};
    decoder.take(found);
    lock.l_type = static_cast<short>(found.type);
    if (lock.l_type == F_UNLCK)
        return 0;
    lock.l_whence = SEEK_SET;
    lock.l_start = found.start;
    lock.l_len = found.length;
    lock.l_pid = found.owner.value;
    return 0;
}

}  // namespace

namespace taipan {

bool isRecordCommand(int command) {
    return command == F_SETLK || command == F_SETLKW || isQuery(command) || isOfDescription(command);
}

int controlRecord(int descriptor, int command, struct flock& lock) {
    if (const int error = checkLock(descriptor, command, lock))
        return failure(error);
    const std::optional<Range> range = rangeOf(descriptor, lock);
    if (!range)
        return -1;
    if (!isOfDescription(command) && taipan_is_alone() != 0) {
        if (isQuery(command))
            lock.l_type = F_UNLCK;
        else
            taipan_keep_record(descriptor, lock.l_type, range->start, range->length);
        return 0;
    }
    const int handle = lockHandle(descriptor);
    if (handle < 0)
        return -1;
    const kernel::LockRecord request = requestFor(handle, command, *range, lock.l_type);
    return isQuery(command) ? query(request, lock) : callKernel(request);
}

}  // namespace taipan

extern "C" {

int flock(int descriptor, int operation) {
    const int what = operation & ~LOCK_NB;
    if (what != LOCK_SH && what != LOCK_EX && what != LOCK_UN)
        return failure(EINVAL);
    const int handle = lockHandle(descriptor);
    if (handle < 0)
        return -1;
    return taipan::callKernel(kernel::LockFile{
        {handle}, static_cast<kernel::LockFile::Operation>(what), (operation & LOCK_NB) == 0});
}

}  // extern "C"
