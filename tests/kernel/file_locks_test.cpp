// SPDX-License-Identifier: Apache-2.0
#include "kernel/file_locks.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;
using Operation = LockFile::Operation;
using Type = LockRecord::Type;

struct Locks : ::testing::Test {
    World world;
    Pid pid = world.root();
    Pid other = world.root();
    uint32_t last_handle = 0;

    Descriptor open(Pid process) {
        return *world.kernel.addOutside(process, {.handle = {++last_handle}, .file = {7}}, false);
    }
    Errno record(Pid process, Descriptor file, Type type, int64_t start, int64_t length) {
        return world.error(process, LockRecord{file, type, start, length, false, false});
    }
    RecordLock query(Pid process, Descriptor file, int64_t start, int64_t length) {
        return *decode<RecordLock>(
            world.call(process, LockRecord{file, Type::Write, start, length, false, true}).data);
    }
};

TEST_F(Locks, WholeFilesAreLockedByDescription) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(world.error(pid, LockFile{one, Operation::Shared, false}), Errno::None);
    EXPECT_EQ(world.error(other, LockFile{two, Operation::Shared, false}), Errno::None);
    EXPECT_EQ(world.error(pid, LockFile{one, Operation::Exclusive, false}), Errno::Again);
    const Descriptor copy = world.descriptor(other, Duplicate{two, {0}, false});
    const Ticket waiting = world.post(pid, LockFile{one, Operation::Exclusive, true});
    world.value(other, Close{two});
    EXPECT_FALSE(world.answer(pid, waiting));
    world.value(other, Close{copy});
    EXPECT_EQ(world.answer(pid, waiting)->error, Errno::None);
    EXPECT_EQ(world.error(pid, LockFile{one, Operation::Unlock, false}), Errno::None);
    EXPECT_EQ(world.error(pid, LockFile{one, static_cast<Operation>(3), false}), Errno::Invalid);
    const auto [reader, writer] = world.two(pid, MakePipe{});
    EXPECT_EQ(world.error(pid, LockFile{reader, Operation::Shared, false}), Errno::Invalid);
    EXPECT_FALSE(world.kernel.usage().names_or_locks);
}

TEST_F(Locks, RecordsAreCutAndJoined) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(record(pid, one, Type::Write, 0, 100), Errno::None);
    EXPECT_EQ(record(pid, one, Type::Unlock, 40, 20), Errno::None);
    EXPECT_EQ(record(pid, one, Type::Read, 60, 10), Errno::None);
    EXPECT_EQ(record(other, two, Type::Write, 40, 20), Errno::None);
    EXPECT_EQ(record(other, two, Type::Read, 60, 10), Errno::None);
    EXPECT_EQ(record(other, two, Type::Write, 39, 1), Errno::Again);
    EXPECT_EQ(record(other, two, Type::Read, 70, 1), Errno::Again);
    EXPECT_EQ(record(other, two, Type::Write, 100, 0), Errno::None);
    const RecordLock found = query(other, two, 0, 0);
    EXPECT_EQ(found.owner, pid);
    EXPECT_EQ(found.start, 0);
    EXPECT_EQ(found.length, 40);
    EXPECT_EQ(query(pid, one, 5000, 1).length, 0);
    EXPECT_EQ(query(pid, one, 10, 5).type, Type::Unlock);
}

TEST_F(Locks, RangesAreAsPosixSays) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(record(pid, one, Type::Write, 10, -5), Errno::None);
    EXPECT_EQ(record(other, two, Type::Write, 5, 1), Errno::Again);
    EXPECT_EQ(record(other, two, Type::Write, 10, 1), Errno::None);
    EXPECT_EQ(record(pid, one, Type::Write, -1, 5), Errno::Invalid);
    EXPECT_EQ(record(pid, one, Type::Write, 1, -5), Errno::Invalid);
    EXPECT_EQ(record(pid, one, Type::Write, INT64_MAX, INT64_MIN), Errno::Invalid);
    EXPECT_EQ(record(pid, one, static_cast<Type>(8), 0, 0), Errno::Invalid);
}

TEST_F(Locks, ClosingAnyDescriptorGivesRecordsUp) {
    const Descriptor one = open(pid);
    const Descriptor again = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(record(pid, one, Type::Write, 0, 0), Errno::None);
    const Ticket waiting = world.post(other, LockRecord{two, Type::Write, 5, 5, true, false});
    EXPECT_FALSE(world.answer(other, waiting));
    world.value(pid, Close{again});
    EXPECT_EQ(world.answer(other, waiting)->error, Errno::None);
    const Ticket back = world.post(pid, LockRecord{one, Type::Write, 5, 5, true, false});
    world.exit(other);
    EXPECT_EQ(world.answer(pid, back)->error, Errno::None);
}

TEST_F(Locks, WhoWouldWaitInACircleIsTold) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(record(pid, one, Type::Write, 0, 1), Errno::None);
    EXPECT_EQ(record(other, two, Type::Write, 1, 1), Errno::None);
    const Ticket waiting = world.post(pid, LockRecord{one, Type::Write, 1, 1, true, false});
    EXPECT_EQ(world.error(other, LockRecord{two, Type::Write, 0, 1, true, false}), Errno::Deadlock);
    EXPECT_EQ(record(other, two, Type::Unlock, 0, 0), Errno::None);
    EXPECT_EQ(world.answer(pid, waiting)->error, Errno::None);
    world.exit(pid);
    world.exit(other);
    EXPECT_FALSE(world.kernel.usage().names_or_locks);
}

TEST_F(Locks, WhoDiesWaitingLeavesNothing) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(world.error(pid, LockFile{one, Operation::Exclusive, false}), Errno::None);
    world.post(other, LockFile{two, Operation::Exclusive, true});
    world.kill(pid, other, Signal::Stop);
    EXPECT_EQ(world.error(pid, LockFile{one, Operation::Unlock, false}), Errno::None);
    EXPECT_TRUE(world.kernel.usage().names_or_locks);
    world.kill(pid, other, Signal::Kill);
    EXPECT_FALSE(world.kernel.usage().names_or_locks);
}

TEST_F(Locks, WhatWasClosedMeanwhileIsNotLocked) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(record(pid, one, Type::Write, 0, 1), Errno::None);
    const Ticket waiting = world.post(other, LockRecord{two, Type::Write, 0, 1, true, false});
    world.value(other, Close{two});
    EXPECT_FALSE(world.answer(other, waiting));
    EXPECT_EQ(record(pid, one, Type::Unlock, 0, 1), Errno::None);
    EXPECT_EQ(world.answer(other, waiting)->error, Errno::BadDescriptor);
    EXPECT_FALSE(world.kernel.usage().names_or_locks);
}

}  // namespace
}  // namespace taipan::kernel
