// SPDX-License-Identifier: Apache-2.0
#include "kernel/process.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct Processes : ::testing::Test {
    World world;
    Pid pid = world.root();
};

TEST_F(Processes, AChildIsStartedWithWhatItWasGiven) {
    world.value(pid, ChangeDirectory{"/home"});
    const Pid child =
        world.spawn(pid, {.image = "python", .arguments = {"python", "-c"}, .environment = {"A=B"}});
    const auto started = world.actions<StartProcess>();
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].pid, child);
    EXPECT_EQ(started[0].image, "python");
    EXPECT_EQ(started[0].arguments, (std::vector<std::string>{"python", "-c"}));
    EXPECT_EQ(started[0].environment, (std::vector<std::string>{"A=B"}));
    EXPECT_EQ(started[0].directory, "/home");
    const Identity identity = world.identity(child);
    EXPECT_EQ(identity.parent, pid);
    EXPECT_EQ(identity.group, pid);
    EXPECT_EQ(identity.session, pid);
    EXPECT_EQ(world.call(child, GetDirectory{}).data.text(), "/home");
}

TEST_F(Processes, FileActionsInOrder) {
    const auto [reader, writer] = world.two(pid, MakePipe{kCloseOnExec});
    Spawn spawn;
    spawn.file_actions = {{FileAction::What::Duplicate, writer, {5}, "", 0},
                          {FileAction::What::Duplicate, {5}, {6}, "", 0},
                          {FileAction::What::Close, {5}, {}, "", 0}};
    const Pid child = world.spawn(pid, spawn);
    EXPECT_EQ(world.write(child, {6}, "hi"), 2);
    EXPECT_EQ(world.error(child, Close{{5}}), Errno::BadDescriptor);
    EXPECT_EQ(world.error(child, Close{reader}), Errno::BadDescriptor);
    EXPECT_EQ(world.read(pid, reader), "hi");
    spawn.file_actions = {{FileAction::What::Duplicate, {99}, {5}, "", 0}};
    EXPECT_EQ(world.error(pid, spawn), Errno::BadDescriptor);
    EXPECT_EQ(world.kernel.usage().processes, 2U);
}

TEST_F(Processes, AFileActionOpensATerminal) {
    const auto [master, slave] = world.two(pid, OpenTerminal{});
    Spawn spawn{.new_session = true};
    spawn.file_actions = {{FileAction::What::CloseFrom, {0}, {}, "", 0},
                          {FileAction::What::Open, {0}, {}, "/dev/pts/0", kReadWrite}};
    const Pid child = world.spawn(pid, spawn);
    EXPECT_EQ(world.value(child, GetForeground{{0}}), child.value);
    EXPECT_EQ(world.error(child, Close{slave}), Errno::BadDescriptor);
    spawn.file_actions[1].path = "/dev/pts/5";
    EXPECT_EQ(world.error(pid, spawn), Errno::NoEntry);
}

TEST_F(Processes, WhatIsKeptAndWhatIsClosed) {
    world.two(pid, MakePipe{});
    for (int count = 0; count < 2; ++count)
        world.two(pid, MakePipe{kCloseOnExec});
    Spawn spawn{.close_others = true};
    spawn.keep = {{4}};
    const Pid child = world.spawn(pid, spawn);
    const auto started = world.actions<StartProcess>();
    std::vector<Descriptor> open;
    for (const auto& one : started.back().descriptors)
        open.push_back(one.descriptor);
    EXPECT_EQ(open, (std::vector<Descriptor>{{0}, {1}, {4}}));
    EXPECT_EQ(world.error(child, Close{{5}}), Errno::BadDescriptor);
    spawn.keep = {{9}};
    EXPECT_EQ(world.error(pid, spawn), Errno::BadDescriptor);
}

TEST_F(Processes, AZombieIsReapedOnce) {
    const Pid child = world.spawn(pid);
    world.exit(child, 258);
    const auto ended = world.actions<EndProcess>();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].status, exitStatus(2));
    EXPECT_TRUE(ended[0].running);
    const Answer peeked = world.call(pid, Wait{child, kNoReap});
    EXPECT_EQ(peeked.value, child.value);
    const Answer waited = world.call(pid, Wait{{-1}, 0});
    EXPECT_EQ(waited.value, child.value);
    EXPECT_EQ(waited.second, 2 << 8);
    EXPECT_EQ(world.error(pid, Wait{{-1}, 0}), Errno::NoChild);
    EXPECT_EQ(world.error(pid, Wait{{-1}, 1U << 30}), Errno::Invalid);
}

TEST_F(Processes, WhoWaitsIsToldWhatWasUsed) {
    using Used = std::pair<uint64_t, uint64_t>;
    const auto used = [&](Pid waiter, const Wait& wait) {
        const ResourceUsage usage = *decode<ResourceUsage>(world.call(waiter, wait).data);
        return Used{usage.cpu_time, usage.peak_memory};
    };
    const Pid child = world.spawn(pid);
    const Pid grandchild = world.spawn(child);
    const Pid unreported = world.spawn(child);
    world.value(grandchild, ReportUsage{{.cpu_time = 99, .peak_memory = 9}});
    world.value(grandchild, ReportUsage{{.cpu_time = 30, .peak_memory = 7}});
    world.value(child, ReportUsage{{.cpu_time = 5, .peak_memory = 2}});
    world.exit(grandchild);
    world.exit(unreported);
    EXPECT_EQ(used(child, Wait{grandchild, kNoReap}), (Used{30, 7}));
    EXPECT_EQ(used(child, Wait{grandchild, 0}), (Used{30, 7}));
    EXPECT_EQ(used(child, Wait{unreported, 0}), (Used{0, 0}));
    EXPECT_TRUE(world.call(pid, Wait{child, kNoHang}).data.empty());
    world.exit(child);
    EXPECT_EQ(used(pid, Wait{child, 0}), (Used{35, 7}));
}

TEST_F(Processes, AParentWaits) {
    const Pid child = world.spawn(pid);
    const Pid other = world.spawn(pid, {.group = Pid{0}});
    EXPECT_EQ(world.value(pid, Wait{child, kNoHang}), 0);
    const Ticket by_pid = world.post(pid, Wait{child, 0});
    const Ticket by_own_group = world.post(pid, Wait{{0}, 0});
    const Ticket by_group = world.post(pid, Wait{{-other.value}, 0});
    world.exit(other, 1);
    EXPECT_EQ(world.answer(pid, by_group)->value, other.value);
    EXPECT_FALSE(world.answer(pid, by_pid));
    world.kernel.processKilled(child, Signal::Segmentation);
    EXPECT_EQ(world.answer(pid, by_pid)->second, 11);
    EXPECT_EQ(world.answer(pid, by_own_group)->error, Errno::NoChild);
    EXPECT_FALSE(world.actions<EndProcess>().back().running);
}

TEST_F(Processes, OrphansAreAdoptedAndReaped) {
    const Pid child = world.spawn(pid);
    const Pid grandchild = world.spawn(child);
    const Pid dead = world.spawn(child);
    world.exit(dead);
    world.exit(child);
    EXPECT_EQ(world.identity(grandchild).parent, kInit);
    EXPECT_EQ(world.kernel.usage().processes, 3U);
    world.exit(grandchild);
    EXPECT_EQ(world.value(pid, Wait{{-1}, 0}), child.value);
    world.exit(pid);
    EXPECT_EQ(world.kernel.usage().processes, 0U);
}

TEST_F(Processes, WhoIgnoresChildrenNeverFindsOne) {
    world.ignore(pid, Signal::Child);
    const Pid child = world.spawn(pid);
    const Ticket waiting = world.post(pid, Wait{{-1}, 0});
    EXPECT_FALSE(world.answer(pid, waiting));
    world.exit(child);
    EXPECT_EQ(world.answer(pid, waiting)->error, Errno::NoChild);
    EXPECT_EQ(world.kernel.usage().processes, 1U);
}

TEST_F(Processes, ABombHitsTheLimit) {
    Limits limits;
    limits.processes = 5;
    World small(limits);
    const Pid first = small.root();
    for (int count = 1; count < 5; ++count)
        small.spawn(first);
    EXPECT_EQ(small.error(first, Spawn{}), Errno::Again);
    EXPECT_FALSE(small.kernel.addRoot({}).has_value());
}

TEST_F(Processes, APidIsNotUsedAgainWhileAGroupHasIt) {
    Limits limits;
    limits.largest_pid = {6};
    World small(limits);
    const Pid first = small.root();
    const Pid leader = small.spawn(first, {.group = Pid{0}});
    const Pid member = small.spawn(first, {.group = leader});
    small.exit(leader);
    small.value(first, Wait{leader, 0});
    for (int round = 0; round < 10; ++round) {
        const Pid next = small.spawn(first);
        EXPECT_NE(next, leader);
        EXPECT_NE(next, member);
        small.exit(next);
        small.value(first, Wait{next, 0});
    }
}

TEST_F(Processes, GroupsAndSessions) {
    const Pid child = world.spawn(pid);
    EXPECT_EQ(world.error(pid, SetGroup{{0}, {0}}), Errno::NotPermitted);
    EXPECT_EQ(world.value(pid, SetGroup{child, {0}}), 0);
    EXPECT_EQ(world.identity(child).group, child);
    EXPECT_EQ(world.error(pid, SetGroup{child, {999}}), Errno::NotPermitted);
    EXPECT_EQ(world.error(child, SetGroup{pid, {0}}), Errno::NoProcess);
    EXPECT_EQ(world.error(child, NewSession{}), Errno::NotPermitted);
    const Pid other = world.spawn(pid);
    EXPECT_EQ(world.value(other, NewSession{}), other.value);
    EXPECT_EQ(world.identity(other).session, other);
    EXPECT_EQ(world.error(other, NewSession{}), Errno::NotPermitted);
    const Pid third = world.spawn(pid, {.new_session = true});
    EXPECT_EQ(world.identity(third).session, third);
}

TEST_F(Processes, AnotherProgramTakesTheSamePlace) {
    const Pid child = world.spawn(pid);
    const auto [reader, writer] = world.two(child, MakePipe{});
    world.value(child, Control{writer, Control::Command::SetFlags, 1});
    world.handle(child, Signal::User1);
    world.value(child, SetMask{SetMask::How::Set, SignalSet{Signal::User2}.bits()});
    world.kill(pid, child, Signal::User2);
    world.actions<StartProcess>();
    const Ticket waiting = world.post(child, Read{reader, 1});
    const Ticket executing = world.post(child, Execute{.image = "other"});
    EXPECT_FALSE(world.answer(child, waiting));
    EXPECT_FALSE(world.answer(child, executing));
    const auto started = world.actions<StartProcess>();
    ASSERT_EQ(started.size(), 1U);
    EXPECT_EQ(started[0].pid, child);
    EXPECT_TRUE(started[0].replaces);
    ASSERT_EQ(started[0].descriptors.size(), 1U);
    EXPECT_EQ(started[0].descriptors[0].descriptor, reader);
    EXPECT_EQ(world.value(child, SetAction{10, {}, 0}), static_cast<int64_t>(Disposition::Default));
    EXPECT_EQ(static_cast<uint64_t>(world.value(child, GetPending{})), SignalSet{Signal::User2}.bits());
}

TEST_F(Processes, AnotherProgramGetsWhatIsKeptAndWhatTheHostIsToKnow) {
    const Pid child = world.spawn(pid);
    const auto [reader, writer] = world.two(child, MakePipe{kCloseOnExec});
    world.value(child, SetGroup{});
    const Identity before = world.identity(child);
    world.actions<StartProcess>();
    world.post(child, Execute{.image = "other", .keep = {reader}, .outside = true, .note = Bytes{'n'}});
    const auto started = world.actions<StartProcess>();
    ASSERT_EQ(started.size(), 1U);
    EXPECT_TRUE(started[0].replaces);
    EXPECT_TRUE(started[0].outside);
    EXPECT_EQ(started[0].note.text(), "n");
    ASSERT_EQ(started[0].descriptors.size(), 1U);
    EXPECT_EQ(started[0].descriptors[0].descriptor, reader);
    EXPECT_EQ(world.read(child, reader), "");  // nobody writes any more
    EXPECT_EQ(world.identity(child).group, before.group);
    EXPECT_EQ(world.identity(child).parent, pid);
    EXPECT_TRUE(world.actions<EndProcess>().empty());
    world.kill(pid, child, Signal::Terminate);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);  // signals are the host's business now
}

TEST_F(Processes, WhenAnotherProgramCannotBeStartedNothingHasChanged) {
    const Pid child = world.spawn(pid);
    const auto [reader, writer] = world.two(child, MakePipe{kCloseOnExec});
    world.handle(child, Signal::User1);
    world.actions<StartProcess>();
    const Ticket waiting = world.post(child, Read{reader, 1});
    EXPECT_EQ(world.error(child, Execute{.arguments = {std::string(3 << 20, 'a')}}), Errno::TooBig);
    EXPECT_EQ(world.error(child, Execute{.keep = {reader, {99}}, .outside = true}), Errno::BadDescriptor);
    EXPECT_TRUE(world.actions<StartProcess>().empty());
    EXPECT_EQ(world.value(child, SetAction{10, {}, 0}), static_cast<int64_t>(Disposition::Handler));
    EXPECT_EQ(world.value(child, Control{reader, Control::Command::GetFlags, 0}), 1);
    world.write(child, writer, "x");
    EXPECT_EQ(world.answer(child, waiting)->data.text(), "x");
}

TEST_F(Processes, TooMuchTextIsRefused) {
    EXPECT_EQ(world.error(pid, Spawn{.arguments = {std::string(3 << 20, 'a')}}), Errno::TooBig);
}

TEST_F(Processes, OutsideFilesAreCountedAndClosedOnce) {
    const OutsideFile file{.handle = {7}};
    const Descriptor descriptor = *world.kernel.addOutside(pid, file, false);
    const Answer described = world.call(pid, Describe{descriptor});
    EXPECT_EQ(described.value, static_cast<int64_t>(FileKind::Outside));
    EXPECT_EQ(described.second, 7);
    const Pid child = world.spawn(pid);
    EXPECT_EQ(world.actions<StartProcess>().back().descriptors.front().handle.value, 7U);
    world.value(pid, Close{descriptor});
    EXPECT_TRUE(world.actions<CloseOutside>().empty());
    world.exit(child);
    EXPECT_EQ(world.actions<CloseOutside>().size(), 1U);
}

TEST_F(Processes, StreamsOfTheHostHaveBackPressure) {
    const Descriptor stream = *world.kernel.addOutside(pid, {.handle = {1}, .stream = true}, false);
    const Ticket reading = world.post(pid, Read{stream, 3});
    EXPECT_EQ(world.actions<ReadOutside>().size(), 1U);
    world.kernel.outsideInput({1}, {'a', 'b', 'c', 'd'});
    EXPECT_EQ(world.answer(pid, reading)->data.text(), "abc");
    EXPECT_EQ(world.read(pid, stream), "d");
    const Ticket next = world.post(pid, Read{stream, 3});
    EXPECT_EQ(world.actions<ReadOutside>().size(), 1U);
    world.kernel.outsideInput({1}, {'e'});
    EXPECT_EQ(world.answer(pid, next)->data.text(), "e");
    world.kernel.outsideEnded({1});
    EXPECT_EQ(world.read(pid, stream), "");
    const Ticket writing = world.post(pid, Write{stream, Slice(Bytes(kPipeCapacity + 1))});
    EXPECT_FALSE(world.answer(pid, writing));
    EXPECT_EQ(world.actions<WriteOutside>().size(), 1U);
    world.kernel.outsideWritten({1}, kPipeCapacity);
    EXPECT_EQ(world.answer(pid, writing)->value, static_cast<int64_t>(kPipeCapacity) + 1);
    EXPECT_EQ(world.actions<WriteOutside>().size(), 1U);
}

TEST_F(Processes, ARequestThatIsNoneEndsItsProcess) {
    const Pid child = world.spawn(pid);
    world.kernel.submit(child, Bytes{1, 2, 3});
    EXPECT_EQ(world.call(pid, Wait{child, 0}).second, signalStatus(Signal::BadCall));
    world.kernel.submit(child, Bytes{1, 2, 3});
    world.kernel.submit({12345}, Bytes{});
}

TEST_F(Processes, OfCallsThatWaitThereAreNotTooMany) {
    const auto [reader, writer] = world.two(pid, MakePipe{});
    for (size_t count = 0; count < Limits{}.calls; ++count)
        world.kernel.submit(pid, Ticket{100000}, Read{reader, 1});
    EXPECT_EQ(world.error(pid, Read{reader, 1}), Errno::Again);
}

TEST_F(Processes, WhoseCallsAllWaitCanStillAskAndEnd) {
    const auto [reader, writer] = world.two(pid, MakePipe{});
    const Pid child = world.spawn(pid);
    for (size_t count = 0; count < Limits{}.calls; ++count)
        world.kernel.submit(child, Ticket{100000}, Suspend{});
    EXPECT_EQ(world.error(child, Read{reader, 1}), Errno::Again);
    const std::string much(kPipeCapacity + 1, 'm');
    EXPECT_EQ(world.write(child, writer, much), static_cast<int64_t>(kPipeCapacity));
    world.exit(child, 3);
    EXPECT_EQ(world.call(pid, Wait{child, 0}).second, exitStatus(3));
}

TEST_F(Processes, OneThatIsStoppedDoesNotPileUpCalls) {
    const Pid child = world.spawn(pid);
    world.kill(pid, child, Signal::Stop);
    for (size_t count = 0; count < Limits{}.calls + 5; ++count)
        world.kernel.submit(child, Ticket{100000}, Suspend{});
    EXPECT_EQ(world.kernel.usage().waiting_calls, Limits{}.calls);
}

TEST_F(Processes, OneThatCannotStartLeavesTheTerminal) {
    const auto [master, slave] = world.two(pid, OpenTerminal{});
    Spawn spawn{.new_session = true};
    spawn.file_actions = {{FileAction::What::Open, {0}, {}, "/dev/pts/0", kReadWrite},
                          {FileAction::What::Duplicate, {99}, {5}, "", 0}};
    EXPECT_EQ(world.error(pid, spawn), Errno::BadDescriptor);
    EXPECT_TRUE(world.actions<EndProcess>().empty());
    EXPECT_EQ(world.value(pid, GetForeground{master}), 0);
    EXPECT_EQ(world.value(pid, ControlTerminal{slave}), 0);
}

TEST_F(Processes, WhoWaitsForAGroupHearsThatItIsEmpty) {
    const Pid child = world.spawn(pid, {.group = Pid{0}});
    const Ticket waiting = world.post(pid, Wait{{-child.value}, 0});
    world.value(pid, SetGroup{child, pid});
    EXPECT_EQ(world.answer(pid, waiting)->error, Errno::NoChild);
}

}  // namespace
}  // namespace taipan::kernel
