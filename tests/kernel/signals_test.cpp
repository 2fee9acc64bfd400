// SPDX-License-Identifier: Apache-2.0
#include "kernel/signals.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

uint64_t bits(std::initializer_list<Signal> signals) {
    return SignalSet(signals).bits();
}

struct Signals : ::testing::Test {
    World world;
    Pid pid = world.root();
    Pid child = world.spawn(pid);

    int64_t waitStatus(uint32_t options = 0) {
        const Answer waited = world.call(pid, Wait{child, options});
        EXPECT_EQ(waited.value, child.value);
        return waited.second;
    }
};

TEST_F(Signals, TheDefaultsTerminateIgnoreStopAndContinue) {
    world.kill(pid, child, Signal::Child);
    world.kill(pid, child, Signal::WindowChange);
    EXPECT_EQ(world.value(pid, Wait{child, kNoHang}), 0);
    world.kill(pid, child, Signal::Stop);
    EXPECT_EQ(world.value(pid, Wait{child, kNoHang}), 0);
    EXPECT_EQ(waitStatus(kUntraced), stopStatus(Signal::Stop));
    EXPECT_EQ(world.value(pid, Wait{child, kUntraced | kNoHang}), 0);
    world.kill(pid, child, Signal::Continue);
    EXPECT_EQ(waitStatus(kContinued), kContinuedStatus);
    world.kill(pid, child, Signal::Terminate);
    EXPECT_EQ(waitStatus(), signalStatus(Signal::Terminate));
    EXPECT_TRUE(world.actions<EndProcess>().back().running);
}

TEST_F(Signals, KillAndStopCannotBeCaught) {
    const auto handler = static_cast<uint8_t>(Disposition::Handler);
    EXPECT_EQ(world.error(child, SetAction{9, handler, 0}), Errno::Invalid);
    EXPECT_EQ(world.error(child, SetAction{19, handler, 0}), Errno::Invalid);
    EXPECT_EQ(world.error(child, SetAction{0, handler, 0}), Errno::Invalid);
    EXPECT_EQ(world.error(child, SetAction{10, uint8_t{9}, 0}), Errno::Invalid);
    world.value(child, SetMask{SetMask::How::Set, ~uint64_t{0}});
    world.kill(pid, child, Signal::Stop);
    EXPECT_EQ(waitStatus(kUntraced), stopStatus(Signal::Stop));
    world.kill(pid, child, Signal::Kill);
    EXPECT_EQ(waitStatus(), signalStatus(Signal::Kill));
}

TEST_F(Signals, AHandlerRunsInTheProcess) {
    world.handle(child, Signal::User1);
    world.kill(pid, child, Signal::User1);
    const auto delivered = world.actions<DeliverSignal>();
    ASSERT_EQ(delivered.size(), 1U);
    EXPECT_EQ(delivered[0].pid, child);
    EXPECT_EQ(delivered[0].signal, Signal::User1);
    EXPECT_EQ(delivered[0].sender, pid);
}

TEST_F(Signals, AHandlerMayBeForOnce) {
    world.handle(child, Signal::User1, kResetHandler);
    world.kill(pid, child, Signal::User1);
    world.kill(pid, child, Signal::User1);
    EXPECT_EQ(waitStatus(), signalStatus(Signal::User1));
}

TEST_F(Signals, BlockedOnesWait) {
    world.handle(child, Signal::User1);
    world.value(child, SetMask{SetMask::How::Block, bits({Signal::User1, Signal::User2})});
    world.kill(pid, child, Signal::User1);
    world.kill(pid, child, Signal::User1);
    EXPECT_TRUE(world.actions<DeliverSignal>().empty());
    EXPECT_EQ(static_cast<uint64_t>(world.value(child, GetPending{})), bits({Signal::User1}));
    world.value(child, SetMask{SetMask::How::Unblock, bits({Signal::User1})});
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
    EXPECT_EQ(static_cast<uint64_t>(world.value(child, SetMask{})), bits({Signal::User2}));
    EXPECT_EQ(world.error(child, SetMask{static_cast<SetMask::How>(9), 0}), Errno::Invalid);
}

TEST_F(Signals, InterruptCallsWithTheRuleWhichGoOn) {
    const auto [reader, writer] = world.two(child, MakePipe{});
    world.handle(child, Signal::User1, kRestart);
    world.handle(child, Signal::User2);
    const Ticket reading = world.post(child, Read{reader, 1});
    const Ticket polling = world.post(child, Poll{{{reader, kReadable}}, -1, {}});
    world.kill(pid, child, Signal::User1);
    const Answer read = *world.answer(child, reading);
    EXPECT_EQ(read.error, Errno::Interrupted);
    EXPECT_TRUE(read.again);
    const Answer polled = *world.answer(child, polling);
    EXPECT_EQ(polled.error, Errno::Interrupted);
    EXPECT_FALSE(polled.again);
    const Ticket second = world.post(child, Read{reader, 1});
    world.kill(pid, child, Signal::User2);
    EXPECT_FALSE(world.answer(child, second)->again);
    // Nothing was lost.
    world.write(child, writer, "x");
    EXPECT_EQ(world.read(child, reader), "x");
}

TEST_F(Signals, AnInterruptedWriteTellsHowFarItCame) {
    const auto [reader, writer] = world.two(child, MakePipe{});
    world.handle(child, Signal::User1, kRestart);
    const Ticket writing = world.post(child, Write{writer, Slice(Bytes(kPipeCapacity + 5))});
    world.kill(pid, child, Signal::User1);
    EXPECT_EQ(world.answer(child, writing)->value, static_cast<int64_t>(kPipeCapacity));
}

TEST_F(Signals, IgnoredOnesInterruptNothing) {
    const auto [reader, writer] = world.two(child, MakePipe{});
    world.ignore(child, Signal::User1);
    const Ticket reading = world.post(child, Read{reader, 1});
    world.kill(pid, child, Signal::User1);
    EXPECT_FALSE(world.answer(child, reading));
}

TEST_F(Signals, ParentsHearOfTheirChildren) {
    world.handle(pid, Signal::Child);
    world.kill(pid, child, Signal::Stop);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
    world.handle(pid, Signal::Child, kNoChildStop);
    world.kill(pid, child, Signal::Continue);
    EXPECT_TRUE(world.actions<DeliverSignal>().empty());
    world.exit(child);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
}

TEST_F(Signals, KillFindsWhomItMeans) {
    EXPECT_EQ(world.error(pid, Kill{child, 0}), Errno::None);
    EXPECT_EQ(world.error(pid, Kill{{999}, 0}), Errno::NoProcess);
    EXPECT_EQ(world.error(pid, Kill{child, 65}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, Kill{{INT32_MIN}, 1}), Errno::NoProcess);
    const Pid other = world.spawn(pid, {.group = Pid{0}});
    world.kill(pid, {-other.value}, Signal::Kill);
    EXPECT_EQ(world.value(pid, Wait{other, kNoHang}), other.value);
    EXPECT_EQ(world.value(pid, Wait{child, kNoHang}), 0);
    world.kill(pid, {-1}, Signal::Kill);
    EXPECT_EQ(world.value(pid, Wait{child, kNoHang}), child.value);
    EXPECT_EQ(world.error(pid, Kill{{-1}, 1}), Errno::NoProcess);
}

TEST_F(Signals, AZombieTakesNone) {
    world.exit(child, 3);
    world.kill(pid, child, Signal::Kill);
    EXPECT_EQ(waitStatus(), exitStatus(3));
}

TEST_F(Signals, OneMayKillOneself) {
    world.post(child, Kill{child, 9});
    EXPECT_EQ(waitStatus(), signalStatus(Signal::Kill));
    world.post(pid, Kill{{0}, 15});
    EXPECT_EQ(world.kernel.usage().processes, 0U);
}

TEST_F(Signals, AStoppedProcessHearsNothing) {
    const auto [reader, writer] = world.two(child, MakePipe{});
    const Ticket reading = world.post(child, Read{reader, 9});
    const Ticket stopping = world.post(child, Kill{child, 19});
    EXPECT_FALSE(world.answer(child, stopping));
    const Ticket writing = world.post(child, Write{writer, Slice(std::string_view("x"))});
    EXPECT_FALSE(world.answer(child, writing));
    EXPECT_FALSE(world.answer(child, reading));
    world.kill(pid, child, Signal::Continue);
    EXPECT_EQ(world.answer(child, stopping)->error, Errno::None);
    EXPECT_EQ(world.answer(child, writing)->value, 1);
    EXPECT_EQ(world.answer(child, reading)->data.text(), "x");
}

TEST_F(Signals, AStoppedProcessTakesNothingFromOthers) {
    const auto [reader, writer] = world.two(pid, MakePipe{});
    const Pid other = world.spawn(pid);
    const Ticket reading = world.post(other, Read{reader, 9});
    world.kill(pid, other, Signal::Stop);
    world.write(pid, writer, "x");
    EXPECT_EQ(world.read(pid, reader), "x");
    world.kill(pid, other, Signal::Continue);
    EXPECT_FALSE(world.answer(other, reading));
}

TEST_F(Signals, AReplyThatIsNotTakenYetIsHeld) {
    world.kernel.submit(child, Ticket{5}, GetPending{});
    world.kernel.signal(child, Signal::Stop);
    EXPECT_FALSE(world.answer(child, Ticket{5}));
    world.kernel.signal(child, Signal::Continue);
    EXPECT_TRUE(world.answer(child, Ticket{5}));
}

TEST_F(Signals, OfTwoAwaitedOnesTheSecondActs) {
    const uint64_t set = bits({Signal::User1, Signal::User2});
    const Ticket waiting = world.post(child, WaitSignal{set, -1});
    world.handle(child, Signal::User2);
    world.kill(pid, child, Signal::Stop);
    world.kill(pid, child, Signal::User1);
    world.kill(pid, child, Signal::User2);
    EXPECT_TRUE(world.actions<DeliverSignal>().empty());
    world.kill(pid, child, Signal::Continue);
    EXPECT_EQ(world.answer(child, waiting)->value, 10);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
}

TEST_F(Signals, WaitingForThemTakesThem) {
    const uint64_t set = bits({Signal::User1, Signal::User2});
    world.value(child, SetMask{SetMask::How::Block, set});
    world.kill(pid, child, Signal::User2);
    const Answer first = world.call(child, WaitSignal{set, -1});
    EXPECT_EQ(first.value, 12);
    EXPECT_EQ(first.second, pid.value);
    const Ticket waiting = world.post(child, WaitSignal{set, 1000});
    world.kill(pid, child, Signal::User1);
    EXPECT_EQ(world.answer(child, waiting)->value, 10);
    EXPECT_EQ(world.value(child, GetPending{}), 0);
    EXPECT_EQ(world.error(child, WaitSignal{set, 0}), Errno::Again);
    const Ticket vain = world.post(child, WaitSignal{set, 1000});
    world.kernel.advance(1000);
    EXPECT_EQ(world.answer(child, vain)->error, Errno::Again);
}

TEST_F(Signals, WhatIsAwaitedDoesNotActMeanwhile) {
    const Ticket waiting = world.post(child, WaitSignal{bits({Signal::Terminate}), -1});
    world.kill(pid, child, Signal::Terminate);
    EXPECT_EQ(world.answer(child, waiting)->value, 15);
}

TEST_F(Signals, SuspendHasItsOwnMask) {
    world.handle(child, Signal::User1);
    world.value(child, SetMask{SetMask::How::Block, bits({Signal::User1})});
    world.kill(pid, child, Signal::User1);
    const Answer suspended = world.call(child, Suspend{0});
    EXPECT_EQ(suspended.error, Errno::Interrupted);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
    EXPECT_EQ(static_cast<uint64_t>(world.value(child, SetMask{})), bits({Signal::User1}));
}

TEST_F(Signals, ACallCanBeCancelled) {
    const Ticket sleeping = world.post(child, Suspend{});
    EXPECT_EQ(world.error(child, Cancel{Ticket{9999}}), Errno::NoProcess);
    EXPECT_EQ(world.error(child, Cancel{sleeping}), Errno::None);
    EXPECT_EQ(world.answer(child, sleeping)->error, Errno::Interrupted);
}

TEST_F(Signals, ANewProgramHasNoHandlers) {
    world.handle(pid, Signal::User1);
    world.ignore(pid, Signal::User2);
    world.ignore(pid, Signal::Pipe);
    const Pid next = world.spawn(pid, {.blocked = bits({Signal::HangUp}), .defaults = bits({Signal::Pipe})});
    EXPECT_EQ(world.value(next, SetAction{10, {}, 0}), static_cast<int64_t>(Disposition::Default));
    EXPECT_EQ(world.value(next, SetAction{12, {}, 0}), static_cast<int64_t>(Disposition::Ignore));
    EXPECT_EQ(world.value(next, SetAction{13, {}, 0}), static_cast<int64_t>(Disposition::Default));
    EXPECT_EQ(static_cast<uint64_t>(world.value(next, SetMask{})), bits({Signal::HangUp}));
}

TEST_F(Signals, AStoppedGroupWithoutParentIsWoken) {
    const Pid middle = world.spawn(pid, {.group = Pid{0}});
    const Pid leaf = world.spawn(middle, {.group = Pid{0}});
    world.handle(leaf, Signal::HangUp);
    world.kill(pid, leaf, Signal::Stop);
    world.exit(middle);
    const auto delivered = world.actions<DeliverSignal>();
    ASSERT_FALSE(delivered.empty());
    EXPECT_EQ(delivered.back().pid, leaf);
    EXPECT_EQ(delivered.back().signal, Signal::HangUp);
    EXPECT_EQ(world.identity(leaf).parent, kInit);
}

TEST_F(Signals, ProcessesOfTheHostGetAllOfThem) {
    const Pid outside = world.spawn(pid, {.outside = true});
    world.kill(pid, outside, Signal::Kill);
    EXPECT_EQ(world.actions<DeliverSignal>().back().signal, Signal::Kill);
    world.kernel.processKilled(outside, Signal::Kill);
    EXPECT_EQ(world.call(pid, Wait{outside, 0}).second, 9);
}

TEST_F(Signals, WhoWaitsForAllOfThemCanStillBeStoppedAndKilled) {
    const Ticket waiting = world.post(child, WaitSignal{~uint64_t{0}, -1});
    world.kill(pid, child, Signal::Stop);
    EXPECT_EQ(waitStatus(kUntraced), stopStatus(Signal::Stop));
    world.kill(pid, child, Signal::Continue);
    EXPECT_EQ(world.answer(child, waiting)->value, static_cast<int64_t>(Signal::Continue));
    world.post(child, WaitSignal{~uint64_t{0}, -1});
    world.kill(pid, child, Signal::Kill);
    EXPECT_EQ(waitStatus(), signalStatus(Signal::Kill));
}

TEST_F(Signals, AStopThatCameBeforeAContinueIsForgotten) {
    world.kill(pid, child, Signal::Stop);
    world.kill(pid, child, Signal::TerminalStop);
    world.kill(pid, child, Signal::Stop);
    world.kill(pid, child, Signal::Continue);
    EXPECT_EQ(waitStatus(kContinued), kContinuedStatus);
    EXPECT_EQ(world.value(child, GetPending{}), 0);
}

TEST_F(Signals, MasksComeBackWhoeverEndsFirst) {
    const auto [reader, writer] = world.two(child, MakePipe{});
    const auto [reader2, writer2] = world.two(child, MakePipe{});
    const uint64_t before = bits({Signal::User1});
    world.value(child, SetMask{SetMask::How::Set, before});
    const Ticket first = world.post(child, Poll{{{reader, kReadable}}, -1, bits({Signal::User2})});
    const Ticket second = world.post(child, Poll{{{reader2, kReadable}}, -1, bits({Signal::Alarm})});
    world.write(child, writer, "x");
    EXPECT_TRUE(world.answer(child, first));
    EXPECT_EQ(static_cast<uint64_t>(world.value(child, SetMask{})), bits({Signal::Alarm}));
    world.write(child, writer2, "x");
    EXPECT_TRUE(world.answer(child, second));
    EXPECT_EQ(static_cast<uint64_t>(world.value(child, SetMask{})), before);
}

TEST_F(Signals, AnotherProgramHasTheMaskAndTheSignalsOfTheOldOne) {
    world.value(child, SetMask{SetMask::How::Set, bits({Signal::User2})});
    world.kill(pid, child, Signal::User2);
    world.post(child, Suspend{bits({Signal::User2, Signal::User1})});
    world.post(child, Execute{});
    EXPECT_EQ(static_cast<uint64_t>(world.value(child, SetMask{})), bits({Signal::User2}));
    EXPECT_EQ(world.call(child, WaitSignal{bits({Signal::User2}), 0}).second, pid.value);
}

TEST_F(Signals, AnotherProgramIsGivenAMaskFromTheStart) {
    world.post(child, Execute{.blocked = bits({Signal::User2})});
    world.kill(pid, child, Signal::User2);
    EXPECT_EQ(static_cast<uint64_t>(world.value(child, GetPending{})), bits({Signal::User2}));
    world.post(child, SetMask{SetMask::How::Set, 0});
    EXPECT_EQ(world.actions<EndProcess>().size(), 1U);
}

}  // namespace
}  // namespace taipan::kernel
