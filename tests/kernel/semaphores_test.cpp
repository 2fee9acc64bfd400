// SPDX-License-Identifier: Apache-2.0
#include "kernel/semaphore.h"
#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct Semaphores : ::testing::Test {
    World world;
    Pid pid = world.root();
    Descriptor lock = make("/lock", 1);

    Descriptor make(const std::string& name, uint32_t value) {
        return world.descriptor(pid, OpenSemaphore{name, kCreate | kExclusive, value});
    }
    Errno open(const std::string& name, uint32_t flags = 0, uint32_t value = 0) {
        return world.error(pid, OpenSemaphore{name, flags, value});
    }
    Errno take(Pid process, Descriptor semaphore) {
        return world.error(process, WaitSemaphore{semaphore, 0});
    }
    int64_t value(Descriptor semaphore) { return world.value(pid, GetSemaphoreValue{semaphore}); }
    Pid childWith(Descriptor semaphore) {
        Spawn spawn;
        spawn.keep = {semaphore};
        return world.spawn(pid, spawn);
    }
};

TEST_F(Semaphores, CountTheirTokens) {
    const Descriptor two = make("/two", 2);
    EXPECT_EQ(take(pid, two), Errno::None);
    EXPECT_EQ(value(two), 1);
    EXPECT_EQ(take(pid, two), Errno::None);
    EXPECT_EQ(take(pid, two), Errno::Again);
    EXPECT_EQ(value(two), 0);
    world.value(pid, PostSemaphore{two});
    EXPECT_EQ(value(two), 1);
}

TEST_F(Semaphores, AreTheSameForAllWhoOpenTheName) {
    const Pid other = world.root();
    const Descriptor its = world.descriptor(other, OpenSemaphore{"/lock", kCreate, 7});
    EXPECT_EQ(take(pid, lock), Errno::None);
    const Ticket waiting = world.post(other, WaitSemaphore{its, -1});
    EXPECT_FALSE(world.answer(other, waiting));
    world.value(pid, PostSemaphore{lock});
    EXPECT_EQ(world.answer(other, waiting)->error, Errno::None);
    EXPECT_EQ(value(lock), 0);
}

TEST_F(Semaphores, NamesAreAsPosixSays) {
    for (const char* wrong : {"", "/", "name", "/a/b", "//", "/a/", "a/b"}) {
        EXPECT_EQ(open(wrong, kCreate), Errno::Invalid) << wrong;
        EXPECT_EQ(world.error(pid, UnlinkSemaphore{wrong}), Errno::Invalid) << wrong;
    }
    EXPECT_EQ(open("/" + std::string(256, 'n'), kCreate), Errno::NameTooLong);
    EXPECT_EQ(open("/" + std::string(255, 'n'), kCreate), Errno::None);
    EXPECT_EQ(open("/none"), Errno::NoEntry);
    EXPECT_EQ(open("/none", kExclusive), Errno::NoEntry);
    EXPECT_EQ(world.error(pid, UnlinkSemaphore{"/none"}), Errno::NoEntry);
    EXPECT_EQ(open("/lock", kCreate | kExclusive), Errno::Exists);
    EXPECT_EQ(open("/lock", kExclusive), Errno::None);
    EXPECT_EQ(open("/lock", kCreate), Errno::None);
}

TEST_F(Semaphores, LiveOnWithoutTheirName) {
    const Pid child = childWith(lock);
    world.value(pid, UnlinkSemaphore{"/lock"});
    EXPECT_FALSE(world.kernel.usage().names_or_locks);
    EXPECT_EQ(open("/lock"), Errno::NoEntry);
    const Descriptor next = make("/lock", 5);
    EXPECT_EQ(value(lock), 1);
    EXPECT_EQ(value(next), 5);
    world.value(pid, Close{lock});
    EXPECT_EQ(take(child, lock), Errno::None);
    EXPECT_EQ(world.kernel.usage().open_files, 2U);
    world.exit(child);
    EXPECT_EQ(world.kernel.usage().open_files, 1U);
}

TEST_F(Semaphores, ANameKeepsItsTokens) {
    world.value(pid, PostSemaphore{lock});
    world.value(pid, Close{lock});
    EXPECT_TRUE(world.kernel.usage().names_or_locks);
    const Pid later = world.root();
    world.exit(pid);
    EXPECT_EQ(world.value(later, GetSemaphoreValue{world.descriptor(later, OpenSemaphore{"/lock", 0, 0})}),
              2);
    world.value(later, UnlinkSemaphore{"/lock"});
    world.exit(later);
    EXPECT_EQ(world.kernel.usage().open_files, 0U);
}

TEST_F(Semaphores, AreInheritedWhenKept) {
    EXPECT_EQ(take(childWith(lock), lock), Errno::None);
    const Pid stranger = world.spawn(pid);
    EXPECT_EQ(take(stranger, lock), Errno::BadDescriptor);
    const Pid child = childWith(lock);
    world.value(child, Control{lock, Control::Command::SetFlags, 1});
    world.post(child, Execute{});
    EXPECT_EQ(take(child, lock), Errno::BadDescriptor);
}

TEST_F(Semaphores, TheFirstToComeIsTheFirstToBeServed) {
    EXPECT_EQ(take(pid, lock), Errno::None);
    const Pid child = childWith(lock);
    const Ticket first = world.post(child, WaitSemaphore{lock, -1});
    const Ticket second = world.post(pid, WaitSemaphore{lock, 1000});
    const Ticket third = world.post(child, WaitSemaphore{lock, -1});
    world.value(pid, PostSemaphore{lock});
    EXPECT_TRUE(world.answer(child, first));
    EXPECT_FALSE(world.answer(pid, second));
    world.value(pid, PostSemaphore{lock});
    EXPECT_TRUE(world.answer(pid, second));
    EXPECT_FALSE(world.answer(child, third));
    world.value(pid, PostSemaphore{lock});
    EXPECT_TRUE(world.answer(child, third));
    EXPECT_EQ(value(lock), 0);
}

TEST_F(Semaphores, WaitForAWhile) {
    EXPECT_EQ(take(pid, lock), Errno::None);
    const Ticket vain = world.post(pid, WaitSemaphore{lock, 100});
    world.kernel.advance(99);
    EXPECT_FALSE(world.answer(pid, vain));
    world.kernel.advance(100);
    EXPECT_EQ(world.answer(pid, vain)->error, Errno::TimedOut);
    const Ticket lucky = world.post(pid, WaitSemaphore{lock, 100});
    world.kernel.advance(150);
    world.value(pid, PostSemaphore{lock});
    EXPECT_EQ(world.answer(pid, lucky)->error, Errno::None);
    EXPECT_FALSE(world.kernel.nextDeadline());
}

TEST_F(Semaphores, ASignalInterruptsTheWaitAndTakesNothing) {
    EXPECT_EQ(take(pid, lock), Errno::None);
    world.handle(pid, Signal::User1, kRestart);
    const Ticket waiting = world.post(pid, WaitSemaphore{lock, -1});
    const Ticket timed = world.post(pid, WaitSemaphore{lock, 100});
    world.kernel.advance(30);
    world.kernel.signal(pid, Signal::User1);
    const Answer answer = *world.answer(pid, waiting);
    EXPECT_EQ(answer.error, Errno::Interrupted);
    EXPECT_TRUE(answer.again);
    const Answer cut = *world.answer(pid, timed);
    EXPECT_EQ(cut.error, Errno::Interrupted);
    EXPECT_FALSE(cut.again);
    EXPECT_EQ(cut.second, 70);
    world.value(pid, PostSemaphore{lock});
    EXPECT_EQ(value(lock), 1);
}

TEST_F(Semaphores, WhoDiesGivesNothingBackAndKeepsNobodyWaiting) {
    const Pid child = childWith(lock);
    EXPECT_EQ(take(child, lock), Errno::None);
    const Pid waiter = childWith(lock);
    const Ticket first = world.post(waiter, WaitSemaphore{lock, -1});
    const Ticket second = world.post(pid, WaitSemaphore{lock, -1});
    world.exit(child);
    EXPECT_FALSE(world.answer(waiter, first));
    EXPECT_EQ(value(lock), 0);
    world.exit(waiter);
    world.value(pid, PostSemaphore{lock});
    EXPECT_TRUE(world.answer(pid, second));
}

TEST_F(Semaphores, AStoppedProcessLetsOthersPass) {
    EXPECT_EQ(take(pid, lock), Errno::None);
    const Pid child = childWith(lock);
    const Ticket waiting = world.post(child, WaitSemaphore{lock, -1});
    world.kill(pid, child, Signal::Stop);
    world.value(pid, PostSemaphore{lock});
    EXPECT_EQ(take(pid, lock), Errno::None);
    world.value(pid, PostSemaphore{lock});
    world.kill(pid, child, Signal::Continue);
    EXPECT_EQ(world.answer(child, waiting)->error, Errno::None);
}

TEST_F(Semaphores, PollSeesTokens) {
    EXPECT_EQ(world.poll(pid, {{lock, kReadable | kWritable}}), (std::vector<uint32_t>{kReadable}));
    EXPECT_EQ(take(pid, lock), Errno::None);
    const Ticket polling = world.post(pid, Poll{{{lock, kReadable}}, -1, {}});
    EXPECT_FALSE(world.answer(pid, polling));
    world.value(pid, PostSemaphore{lock});
    EXPECT_EQ(world.answer(pid, polling)->value, 1);
}

TEST_F(Semaphores, HaveTheirLimits) {
    const Descriptor most = make("/most", Semaphore::kLargest);
    EXPECT_EQ(world.error(pid, PostSemaphore{most}), Errno::Overflow);
    EXPECT_EQ(value(most), Semaphore::kLargest);
    EXPECT_EQ(open("/more", kCreate, Semaphore::kLargest + 1), Errno::Invalid);
    Limits limits;
    limits.semaphores = 2;
    limits.descriptors = 3;
    World small(limits);
    const Pid first = small.root();
    small.value(first, OpenSemaphore{"/a", kCreate, 0});
    small.value(first, OpenSemaphore{"/b", kCreate, 0});
    EXPECT_EQ(small.error(first, OpenSemaphore{"/c", kCreate, 0}), Errno::SystemFiles);
    small.value(first, UnlinkSemaphore{"/a"});
    small.value(first, OpenSemaphore{"/b", 0, 0});
    // A name that nobody could use is not made.
    EXPECT_EQ(small.error(first, OpenSemaphore{"/c", kCreate, 0}), Errno::ProcessFiles);
    EXPECT_EQ(small.error(first, UnlinkSemaphore{"/c"}), Errno::NoEntry);
}

TEST_F(Semaphores, AreNothingElse) {
    const auto [reader, writer] = world.two(pid, MakePipe{});
    EXPECT_EQ(world.error(pid, PostSemaphore{reader}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, WaitSemaphore{reader, 0}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, GetSemaphoreValue{{99}}), Errno::BadDescriptor);
    EXPECT_EQ(world.error(pid, Read{lock, 1}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, Write{lock, Bytes{1}}), Errno::Invalid);
    EXPECT_EQ(world.value(pid, Describe{lock}), static_cast<int64_t>(FileKind::Semaphore));
}

}  // namespace
}  // namespace taipan::kernel
