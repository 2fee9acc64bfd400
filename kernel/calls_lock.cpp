// SPDX-License-Identifier: Apache-2.0
//
// flock, and the record locks of fcntl.
#include <limits>

#include "kernel/calls.h"
#include "kernel/codec.h"

namespace taipan::kernel {

namespace {

constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();

Result<FileRef> lockable(const Context& context, Descriptor descriptor) {
    FileRef file = KERNEL_TRY(context.file(descriptor));
    if (file->fileId() == FileId{})
        return fail(Errno::Invalid);
    return file;
}

/// A negative length reaches backwards, as POSIX says.
Result<FileLocks::Record> rangeOf(const LockRecord& request, Pid owner) {
    if (request.type > LockRecord::Type::Unlock || request.start < 0)
        return fail(Errno::Invalid);
    FileLocks::Record record{owner, request.start, kEnd, request.type};
    if (request.length > 0 && request.length < kEnd - request.start)
        record.end = request.start + request.length;
    if (request.length < 0) {
        record.end = request.start;
        record.start = request.start + request.length;
    }
    if (record.start < 0)
        return fail(Errno::Invalid);
    return record;
}

Answer describe(const std::optional<FileLocks::Record>& record) {
    RecordLock lock;
    if (record)
        lock = {record->type, record->start, record->end == kEnd ? 0 : record->end - record->start,
                record->owner};
    return Answer{.data = encode(lock)};
}

}  // namespace

Outcome handle(Context& context, LockFile& request) {
    const FileRef file = KERNEL_TRY(lockable(context, request.descriptor));
    using Operation = LockFile::Operation;
    if (request.operation != Operation::Shared && request.operation != Operation::Exclusive &&
        request.operation != Operation::Unlock)
        return fail(Errno::Invalid);
    const Result<void> locked = context.system.locks.lockFile(file->fileId(), file.get(), request.operation);
    if (locked)
        return Outcome::done();
    return request.wait ? context.waitOn(context.system.locks.queue(file->fileId()))
                        : Outcome(fail(locked.error()));
}

Outcome handle(Context& context, LockRecord& request) {
    FileLocks& locks = context.system.locks;
    const FileRef file = KERNEL_TRY(lockable(context, request.descriptor));
    const FileLocks::Record wanted = KERNEL_TRY(rangeOf(request, context.process.pid));
    const std::optional<FileLocks::Record> other = locks.conflict(file->fileId(), wanted);
    if (request.query)
        return describe(other);
    if (other && !request.wait)
        return fail(Errno::Again);
    if (other) {
        KERNEL_CHECK(locks.waitsFor(context.process.pid, other->owner));
        return context.waitOn(locks.queue(file->fileId()));
    }
    // Closed while it waited, it could never be unlocked.
    if (context.process.descriptors.get(request.descriptor) != file)
        return fail(Errno::BadDescriptor);
    KERNEL_CHECK(locks.setRecord(file->fileId(), wanted));
    return Outcome::done();
}

}  // namespace taipan::kernel
