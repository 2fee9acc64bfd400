// SPDX-License-Identifier: Apache-2.0
//
// poll and epoll.
#include "kernel/epoll.h"
#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct Polling : ::testing::Test {
    World world;
    Pid pid = world.root();
    std::pair<Descriptor, Descriptor> ends = world.two(pid, MakePipe{});
    Descriptor reader = ends.first;
    Descriptor writer = ends.second;

    std::vector<EpollEvent> take(Descriptor epoll, uint32_t limit = 10) {
        const Answer answer = world.call(pid, WaitEpoll{epoll, limit, 0, {}});
        return *World::decodeList<EpollEvent>(answer.data, static_cast<size_t>(answer.value));
    }
    Errno control(Descriptor epoll, ControlEpoll::Operation operation, Descriptor descriptor,
                  uint32_t events) {
        return world.error(pid, ControlEpoll{epoll, operation, descriptor, events, 42});
    }
};

using Operation = ControlEpoll::Operation;

TEST_F(Polling, WaitsForTheFirst) {
    const auto [other, unused] = world.two(pid, MakePipe{});
    const Ticket polling =
        world.post(pid, Poll{{{reader, kReadable}, {other, kReadable}, {{-1}, kReadable}}, -1, {}});
    EXPECT_FALSE(world.answer(pid, polling));
    world.write(pid, writer, "x");
    const Answer answer = *world.answer(pid, polling);
    EXPECT_EQ(answer.value, 1);
    EXPECT_EQ(World::decodeList<uint32_t>(answer.data, 3), (std::vector<uint32_t>{kReadable, 0, 0}));
}

TEST_F(Polling, EndsAtItsTime) {
    const Ticket polling = world.post(pid, Poll{{{reader, kReadable}}, 100, {}});
    world.kernel.advance(99);
    EXPECT_FALSE(world.answer(pid, polling));
    world.kernel.advance(100);
    EXPECT_EQ(world.answer(pid, polling)->value, 0);
    const Ticket nothing = world.post(pid, Poll{{}, 5, {}});
    world.kernel.advance(105);
    EXPECT_EQ(world.answer(pid, nothing)->value, 0);
}

TEST_F(Polling, TellsOfWhatIsNotOpen) {
    EXPECT_EQ(world.poll(pid, {{{77}, kReadable}}), (std::vector<uint32_t>{kNotOpen}));
    EXPECT_EQ(world.error(pid, Poll{std::vector<PollEntry>(2000), 0, {}}), Errno::Invalid);
}

TEST_F(Polling, HangUpsNeedNotBeAskedFor) {
    const Ticket polling = world.post(pid, Poll{{{reader, 0}}, -1, {}});
    world.value(pid, Close{writer});
    EXPECT_EQ(World::decodeList<uint32_t>(world.answer(pid, polling)->data, 1),
              (std::vector<uint32_t>{kHangUp}));
}

TEST_F(Polling, AMaskHoldsWhileItWaits) {
    world.handle(pid, Signal::User1);
    world.value(pid, SetMask{SetMask::How::Set, SignalSet{Signal::User1}.bits()});
    const Ticket polling = world.post(pid, Poll{{{reader, kReadable}}, -1, 0});
    world.kernel.signal(pid, Signal::User1);
    EXPECT_EQ(world.answer(pid, polling)->error, Errno::Interrupted);
    EXPECT_EQ(static_cast<uint64_t>(world.value(pid, SetMask{})), SignalSet{Signal::User1}.bits());
}

TEST_F(Polling, EpollByLevelTellsAsLongAsThereIsSomething) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    EXPECT_EQ(control(epoll, Operation::Add, reader, kReadable), Errno::None);
    EXPECT_TRUE(take(epoll).empty());
    world.write(pid, writer, "xy");
    for (int round = 0; round < 2; ++round) {
        const auto events = take(epoll);
        ASSERT_EQ(events.size(), 1U);
        EXPECT_EQ(events[0].events, kReadable);
        EXPECT_EQ(events[0].data, 42U);
        EXPECT_EQ(world.read(pid, reader, 1).size(), 1U);
    }
    EXPECT_TRUE(take(epoll).empty());
}

TEST_F(Polling, EpollByEdgeTellsOncePerChange) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    world.write(pid, writer, "x");
    EXPECT_EQ(control(epoll, Operation::Add, reader, kReadable | Epoll::kEdge), Errno::None);
    EXPECT_EQ(take(epoll).size(), 1U);
    EXPECT_TRUE(take(epoll).empty());
    world.write(pid, writer, "y");
    EXPECT_EQ(take(epoll).size(), 1U);
    EXPECT_TRUE(take(epoll).empty());
    world.read(pid, reader, 1);
    EXPECT_TRUE(take(epoll).empty());
}

TEST_F(Polling, EpollOneShotIsArmedAgain) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    world.write(pid, writer, "x");
    EXPECT_EQ(control(epoll, Operation::Add, reader, kReadable | Epoll::kOneShot), Errno::None);
    EXPECT_EQ(take(epoll).size(), 1U);
    world.write(pid, writer, "x");
    EXPECT_TRUE(take(epoll).empty());
    EXPECT_EQ(control(epoll, Operation::Modify, reader, kReadable | Epoll::kOneShot), Errno::None);
    EXPECT_EQ(take(epoll).size(), 1U);
}

TEST_F(Polling, EpollWaits) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    EXPECT_EQ(control(epoll, Operation::Add, reader, kReadable), Errno::None);
    const Ticket waiting = world.post(pid, WaitEpoll{epoll, 5, 100, {}});
    const Ticket polling = world.post(pid, Poll{{{epoll, kReadable}}, -1, {}});
    EXPECT_FALSE(world.answer(pid, waiting));
    world.write(pid, writer, "x");
    EXPECT_EQ(world.answer(pid, waiting)->value, 1);
    EXPECT_EQ(world.answer(pid, polling)->value, 1);
    world.read(pid, reader);
    const Ticket vain = world.post(pid, WaitEpoll{epoll, 5, 100, {}});
    world.kernel.advance(100);
    EXPECT_EQ(world.answer(pid, vain)->value, 0);
}

TEST_F(Polling, EpollRefusesWhatIsWrong) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    const Descriptor other = world.descriptor(pid, MakeEpoll{});
    EXPECT_EQ(control(epoll, Operation::Remove, reader, 0), Errno::NoEntry);
    EXPECT_EQ(control(epoll, Operation::Modify, reader, 0), Errno::NoEntry);
    EXPECT_EQ(control(epoll, Operation::Add, reader, 0), Errno::None);
    EXPECT_EQ(control(epoll, Operation::Add, reader, 0), Errno::Exists);
    EXPECT_EQ(control(epoll, Operation::Add, epoll, 0), Errno::Invalid);
    EXPECT_EQ(control(epoll, Operation::Add, other, 0), Errno::None);
    EXPECT_EQ(control(other, Operation::Add, epoll, 0), Errno::Loop);
    const Descriptor outermost = world.descriptor(pid, MakeEpoll{});
    EXPECT_EQ(control(outermost, Operation::Add, epoll, 0), Errno::Loop);
    EXPECT_EQ(control(other, Operation::Add, outermost, 0), Errno::Loop);
    EXPECT_EQ(control(epoll, Operation::Remove, other, 0), Errno::None);
    EXPECT_EQ(control(other, Operation::Add, epoll, 0), Errno::None);
    world.value(pid, Close{other});
    EXPECT_EQ(control(epoll, Operation::Add, outermost, 0), Errno::None);
    EXPECT_EQ(control(reader, Operation::Add, writer, 0), Errno::Invalid);
    EXPECT_EQ(control(epoll, static_cast<Operation>(9), writer, 0), Errno::Invalid);
    EXPECT_EQ(world.error(pid, WaitEpoll{epoll, 0, 0, {}}), Errno::Invalid);
    EXPECT_EQ(control(epoll, Operation::Remove, reader, 0), Errno::None);
}

TEST_F(Polling, EpollForgetsWhatIsClosed) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    EXPECT_EQ(control(epoll, Operation::Add, reader, kReadable), Errno::None);
    world.write(pid, writer, "x");
    world.value(pid, Close{reader});
    EXPECT_TRUE(take(epoll).empty());
    world.value(pid, Close{epoll});
    world.value(pid, Close{writer});
    EXPECT_EQ(world.kernel.usage().open_files, 0U);
}

TEST_F(Polling, EpollSharesFairly) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    const auto [reader2, writer2] = world.two(pid, MakePipe{});
    world.value(pid, ControlEpoll{epoll, Operation::Add, reader, kReadable, 1});
    world.value(pid, ControlEpoll{epoll, Operation::Add, reader2, kReadable, 2});
    world.write(pid, writer, "x");
    world.write(pid, writer2, "x");
    EXPECT_EQ(take(epoll, 1)[0].data, 1U);
    EXPECT_EQ(take(epoll, 1)[0].data, 2U);
    EXPECT_EQ(take(epoll, 1)[0].data, 1U);
}

TEST_F(Polling, TheSameDescriptorTwiceHasTwoAnswers) {
    const Ticket polling =
        world.post(pid, Poll{{{reader, kReadable}, {reader, 0}, {reader, kReadable}}, -1, {}});
    world.write(pid, writer, "x");
    const Answer answer = *world.answer(pid, polling);
    EXPECT_EQ(answer.value, 2);
    EXPECT_EQ(World::decodeList<uint32_t>(answer.data, 3), (std::vector<uint32_t>{kReadable, 0, kReadable}));
}

TEST_F(Polling, ACallWaitsForTheFileWhateverBecomesOfTheNumber) {
    const Ticket polling = world.post(pid, Poll{{{reader, kReadable}}, -1, {}});
    const auto [reader2, writer2] = world.two(pid, MakePipe{});
    world.value(pid, DuplicateTo{reader2, reader, false, false});
    world.write(pid, writer2, "other");
    EXPECT_FALSE(world.answer(pid, polling));
    world.write(pid, writer, "x");
    EXPECT_EQ(world.answer(pid, polling)->value, 1);
}

TEST_F(Polling, EpollKnowsAFileUnderTheNumberItWasAddedWith) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    EXPECT_EQ(control(epoll, Operation::Add, reader, kReadable), Errno::None);
    const Descriptor copy = world.descriptor(pid, Duplicate{reader, {0}, false});
    world.value(pid, Close{reader});
    world.write(pid, writer, "x");
    EXPECT_EQ(take(epoll).size(), 1U);
    EXPECT_EQ(control(epoll, Operation::Remove, copy, 0), Errno::NoEntry);
    const auto [reader2, writer2] = world.two(pid, MakePipe{});
    EXPECT_EQ(reader2, reader);
    EXPECT_EQ(control(epoll, Operation::Modify, reader2, kReadable), Errno::NoEntry);
    EXPECT_EQ(control(epoll, Operation::Add, reader2, kReadable), Errno::None);
    EXPECT_EQ(take(epoll).size(), 1U);
    world.value(pid, Close{copy});
    EXPECT_TRUE(take(epoll).empty());
}

}  // namespace
}  // namespace taipan::kernel
