// SPDX-License-Identifier: Apache-2.0
#include "kernel/timers.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct Timers : ::testing::Test {
    World world;
    Pid pid = world.root();
};

TEST_F(Timers, SleepEndsAtItsTime) {
    world.kernel.advance(1000);
    const Ticket longer = world.post(pid, Sleep{500, false});
    const Ticket shorter = world.post(pid, Sleep{1200, true});
    EXPECT_EQ(world.kernel.nextDeadline(), 1200);
    world.kernel.advance(1200);
    EXPECT_TRUE(world.answer(pid, shorter));
    EXPECT_FALSE(world.answer(pid, longer));
    world.kernel.advance(1499);
    EXPECT_FALSE(world.answer(pid, longer));
    world.kernel.advance(1500);
    EXPECT_TRUE(world.answer(pid, longer));
    EXPECT_FALSE(world.kernel.nextDeadline());
    EXPECT_EQ(world.error(pid, Sleep{10, true}), Errno::None);
    EXPECT_EQ(world.error(pid, Sleep{-1, false}), Errno::Invalid);
}

TEST_F(Timers, AnInterruptedSleepTellsWhatIsLeft) {
    world.handle(pid, Signal::User1);
    const Ticket sleeping = world.post(pid, Sleep{1000, false});
    world.kernel.advance(300);
    world.kernel.signal(pid, Signal::User1);
    const Answer answer = *world.answer(pid, sleeping);
    EXPECT_EQ(answer.error, Errno::Interrupted);
    EXPECT_EQ(answer.second, 700);
    EXPECT_FALSE(world.kernel.nextDeadline());
}

TEST_F(Timers, AnAlarmRings) {
    world.handle(pid, Signal::Alarm);
    EXPECT_EQ(world.value(pid, SetTimer{100, 50}), 0);
    world.kernel.advance(99);
    EXPECT_TRUE(world.actions<DeliverSignal>().empty());
    EXPECT_EQ(world.call(pid, GetTimer{}).value, 1);
    EXPECT_EQ(world.call(pid, GetTimer{}).second, 50);
    world.kernel.advance(100);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
    world.kernel.advance(1000);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
    EXPECT_EQ(world.value(pid, SetTimer{0, 0}), 50);
    world.kernel.advance(5000);
    EXPECT_TRUE(world.actions<DeliverSignal>().empty());
    EXPECT_EQ(world.error(pid, SetTimer{-1, 0}), Errno::Invalid);
}

TEST_F(Timers, AnAlarmIsDeadlyByDefault) {
    const Pid child = world.spawn(pid);
    world.value(child, SetTimer{10, 0});
    world.kernel.advance(10);
    EXPECT_EQ(world.call(pid, Wait{child, 0}).second, signalStatus(Signal::Alarm));
}

TEST_F(Timers, ThereIsNoTimeTooLarge) {
    world.kernel.advance(1000);
    const Ticket sleeping = world.post(pid, Sleep{INT64_MAX, false});
    world.value(pid, SetTimer{INT64_MAX, INT64_MAX});
    EXPECT_FALSE(world.answer(pid, sleeping));
    world.ignore(pid, Signal::Alarm);
    world.kernel.advance(INT64_MAX);
    EXPECT_TRUE(world.answer(pid, sleeping));
}

}  // namespace
}  // namespace taipan::kernel
