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

    /// An open file description of the same file each time.
    Descriptor open(Pid process, const OpenLockable& file = {.device = 1, .inode = 7}) {
        return world.descriptor(process, file);
    }
    Errno record(Pid process, Descriptor file, Type type, int64_t start, int64_t length) {
        return world.error(process, LockRecord{file, type, start, length, false, false, false});
    }
    RecordLock query(Pid process, Descriptor file, int64_t start, int64_t length) {
        return *decode<RecordLock>(
            world.call(process, LockRecord{file, Type::Write, start, length, false, true, false}).data);
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

TEST_F(Locks, AnotherProgramHasTheRecordsOfWhatItKeeps) {
    const Descriptor kept = open(pid);
    const Descriptor closed = open(pid, {.device = 1, .inode = 8});
    EXPECT_EQ(record(pid, kept, Type::Write, 0, 1), Errno::None);
    EXPECT_EQ(record(pid, closed, Type::Write, 0, 1), Errno::None);
    world.post(pid, Execute{.image = "other", .keep = {kept}});
    EXPECT_EQ(record(other, open(other), Type::Write, 0, 1), Errno::Again);
    EXPECT_EQ(record(other, open(other, {.device = 1, .inode = 8}), Type::Write, 0, 1), Errno::None);
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
    const Ticket waiting = world.post(other, LockRecord{two, Type::Write, 5, 5, true, false, false});
    EXPECT_FALSE(world.answer(other, waiting));
    world.value(pid, Close{again});
    EXPECT_EQ(world.answer(other, waiting)->error, Errno::None);
    const Ticket back = world.post(pid, LockRecord{one, Type::Write, 5, 5, true, false, false});
    world.exit(other);
    EXPECT_EQ(world.answer(pid, back)->error, Errno::None);
}

TEST_F(Locks, WhoWouldWaitInACircleIsTold) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(record(pid, one, Type::Write, 0, 1), Errno::None);
    EXPECT_EQ(record(other, two, Type::Write, 1, 1), Errno::None);
    const Ticket waiting = world.post(pid, LockRecord{one, Type::Write, 1, 1, true, false, false});
    EXPECT_EQ(world.error(other, LockRecord{two, Type::Write, 0, 1, true, false, false}), Errno::Deadlock);
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
    const Ticket waiting = world.post(other, LockRecord{two, Type::Write, 0, 1, true, false, false});
    world.value(other, Close{two});
    EXPECT_FALSE(world.answer(other, waiting));
    EXPECT_EQ(record(pid, one, Type::Unlock, 0, 1), Errno::None);
    EXPECT_EQ(world.answer(other, waiting)->error, Errno::BadDescriptor);
    EXPECT_FALSE(world.kernel.usage().names_or_locks);
}

TEST_F(Locks, FilesAreToldApartByDeviceInodeAndOwner) {
    const OpenLockable kOwn{.device = 1, .inode = 7, .own = true};
    const LockFile lock{open(pid), Operation::Exclusive, false};
    EXPECT_EQ(world.error(pid, lock), Errno::None);
    const auto locked = [&](Pid process, const OpenLockable& file) {
        return world.error(process, LockFile{open(process, file), Operation::Exclusive, false});
    };
    EXPECT_EQ(locked(other, {.device = 1, .inode = 8}), Errno::None);
    EXPECT_EQ(locked(other, {.device = 2, .inode = 7}), Errno::None);
    EXPECT_EQ(locked(other, kOwn), Errno::None);
    EXPECT_EQ(locked(pid, kOwn), Errno::None);
    EXPECT_EQ(locked(pid, kOwn), Errno::Again);
    EXPECT_EQ(locked(other, {.device = 1, .inode = 7}), Errno::Again);
}

TEST_F(Locks, ChildrenHaveTheDescriptionAndNoRecords) {
    const Descriptor one = open(pid);
    EXPECT_EQ(world.error(pid, LockFile{one, Operation::Exclusive, false}), Errno::None);
    EXPECT_EQ(record(pid, one, Type::Write, 0, 0), Errno::None);
    const Pid child = world.spawn(pid, {.keep = {one}});
    EXPECT_EQ(world.error(child, LockFile{one, Operation::Exclusive, false}), Errno::None);
    EXPECT_EQ(record(child, one, Type::Write, 0, 0), Errno::Again);
    world.exit(pid);
    // The child still has the file open.
    const Descriptor two = open(other);
    EXPECT_EQ(world.error(other, LockFile{two, Operation::Shared, false}), Errno::Again);
    EXPECT_EQ(record(other, two, Type::Write, 0, 0), Errno::None);
    world.kill(other, child, Signal::Kill);
    EXPECT_EQ(world.error(other, LockFile{two, Operation::Shared, false}), Errno::None);
    const Pid unrelated = world.spawn(other);
    EXPECT_EQ(world.error(unrelated, LockFile{two, Operation::Unlock, false}), Errno::BadDescriptor);
}

TEST_F(Locks, RecordsOfADescriptionAreItsOwn) {
    const Descriptor one = open(pid);
    const Descriptor again = open(pid);
    const auto of = [&](Descriptor file, Type type, bool wait = false) {
        return LockRecord{file, type, 0, 10, wait, false, true};
    };
    EXPECT_EQ(world.error(pid, of(one, Type::Write)), Errno::None);
    EXPECT_EQ(world.error(pid, of(again, Type::Read)), Errno::Again);
    EXPECT_EQ(record(pid, again, Type::Read, 9, 1), Errno::Again);
    const RecordLock found = query(other, open(other), 0, 0);
    EXPECT_EQ(found.owner, Pid{-1});
    EXPECT_EQ(found.length, 10);
    // Closing another descriptor of the file does not matter, closing the last of its own does.
    world.value(pid, Close{open(pid)});
    const Descriptor copy = world.descriptor(pid, Duplicate{one, {0}, false});
    const Ticket waiting = world.post(pid, of(again, Type::Write, true));
    world.value(pid, Close{one});
    EXPECT_FALSE(world.answer(pid, waiting));
    world.value(pid, Close{copy});
    EXPECT_EQ(world.answer(pid, waiting)->error, Errno::None);
    world.value(pid, Close{again});
    EXPECT_FALSE(world.kernel.usage().names_or_locks);
}

TEST_F(Locks, DescriptionsThatWaitForEachOtherAreNoDeadlock) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    const auto at = [](Descriptor file, int64_t start, bool wait) {
        return LockRecord{file, Type::Write, start, 1, wait, false, true};
    };
    EXPECT_EQ(world.error(pid, at(one, 0, false)), Errno::None);
    EXPECT_EQ(world.error(other, at(two, 1, false)), Errno::None);
    const Ticket first = world.post(pid, at(one, 1, true));
    const Ticket second = world.post(other, at(two, 0, true));
    EXPECT_FALSE(world.answer(pid, first));
    EXPECT_FALSE(world.answer(other, second));
    world.kill(pid, other, Signal::Kill);
    EXPECT_EQ(world.answer(pid, first)->error, Errno::None);
}

TEST_F(Locks, ASignalEndsTheWait) {
    const Descriptor one = open(pid);
    const Descriptor two = open(other);
    EXPECT_EQ(world.error(pid, LockFile{one, Operation::Exclusive, false}), Errno::None);
    EXPECT_EQ(record(pid, one, Type::Write, 0, 0), Errno::None);
    world.handle(other, Signal::User1);
    const Ticket whole = world.post(other, LockFile{two, Operation::Shared, true});
    const Ticket part = world.post(other, LockRecord{two, Type::Read, 0, 1, true, false, false});
    world.kill(pid, other, Signal::User1);
    EXPECT_EQ(world.answer(other, whole)->error, Errno::Interrupted);
    EXPECT_EQ(world.answer(other, part)->error, Errno::Interrupted);
}

TEST(LockLimits, ThereAreOnlySoManyFiles) {
    Limits limits;
    limits.descriptors = 3;
    World world(limits);
    const Pid pid = world.root();
    Errno error = Errno::None;
    for (int count = 0; error == Errno::None; ++count) {
        ASSERT_LE(count, limits.descriptors);
        error = world.error(pid, OpenLockable{.device = 1, .inode = 1});
    }
    EXPECT_EQ(error, Errno::ProcessFiles);
}

}  // namespace
}  // namespace taipan::kernel
