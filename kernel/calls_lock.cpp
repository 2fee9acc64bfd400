// SPDX-License-Identifier: Apache-2.0
//
// flock, and the record locks of fcntl.
#include <limits>

#include "kernel/calls.h"
#include "kernel/codec.h"

namespace taipan::kernel {

namespace {

constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();

/// A negative length reaches backwards, as POSIX says.
Result<FileLocks::Record> rangeOf(const LockRecord& request, const FileLocks::Owner& owner) {
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
                record->owner.process};
    return Answer{.data = encode(lock)};
}

}  // namespace

Outcome handle(Context& context, OpenLockable& request) {
    const FileId id{request.device, request.inode, request.own ? context.process.pid : Pid{}};
    if (!context.process.descriptors.hasRoom(1))
        return fail(Errno::ProcessFiles);
    auto made = KERNEL_TRY(context.system.make<Lockable>(id, context.system.locks));
    return KERNEL_TRY(context.addDescriptor(std::move(made), kCloseOnExec)).value;
}

Outcome handle(Context& context, LockFile& request) {
    const auto file = KERNEL_TRY(context.fileAs<Lockable>(request.descriptor, Errno::Invalid));
    using Operation = LockFile::Operation;
    if (request.operation != Operation::Shared && request.operation != Operation::Exclusive &&
        request.operation != Operation::Unlock)
        return fail(Errno::Invalid);
    const Result<void> locked = context.system.locks.lockFile(file->id(), file.get(), request.operation);
    if (locked)
        return Outcome::done();
    return request.wait ? context.waitOn(context.system.locks.queue(file->id()))
                        : Outcome(fail(locked.error()));
}

Outcome handle(Context& context, LockRecord& request) {
    FileLocks& locks = context.system.locks;
    const auto file = KERNEL_TRY(context.fileAs<Lockable>(request.descriptor, Errno::Invalid));
    const Pid self = context.process.pid;
    const FileLocks::Owner owner = request.of_description ? FileLocks::Owner{.description = file.get()}
                                                          : FileLocks::Owner{.process = self};
    const FileLocks::Record wanted = KERNEL_TRY(rangeOf(request, owner));
    const std::optional<FileLocks::Record> other = locks.conflict(file->id(), wanted);
    if (request.query)
        return describe(other);
    if (other && !request.wait)
        return fail(Errno::Again);
    if (other) {
        // An open file may be unlocked by any of those who have it, so nobody knows of a deadlock.
        if (!request.of_description)
            KERNEL_CHECK(locks.waitsFor(self, other->owner.process));
        return context.waitOn(locks.queue(file->id()));
    }
    // Closed while it waited, it could never be unlocked.
    if (context.process.descriptors.get(request.descriptor) != file)
        return fail(Errno::BadDescriptor);
    KERNEL_CHECK(locks.setRecord(file->id(), wanted));
    return Outcome::done();
}

}  // namespace taipan::kernel
