// SPDX-License-Identifier: Apache-2.0
//
// Descriptors and other ancillary data in messages.
#include "kernel/rights.h"

#include "kernel/kept_file.h"
#include "kernel/network.h"
#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct Message {
    Errno error = Errno::None;
    Ancillary ancillary;
    std::string data;
};

struct Rights : ::testing::Test {
    World world;
    Pid pid = world.root();

    static Send message(Descriptor socket, std::string_view data, std::vector<Descriptor> rights) {
        return {.descriptor = socket, .data = Slice(data), .rights = std::move(rights)};
    }
    void send(Pid sender, Descriptor socket, std::string_view data, std::vector<Descriptor> rights) {
        EXPECT_EQ(world.value(sender, message(socket, data, std::move(rights))),
                  static_cast<int64_t>(data.size()));
    }
    static Message read(Answer answer) {
        Message result{.error = answer.error, .ancillary = {}, .data = {}};
        if (answer.error != Errno::None)
            return result;
        result.ancillary = *decode<Ancillary>(answer.data.takeFront(static_cast<size_t>(answer.second)));
        result.data = answer.data.text();
        return result;
    }
    Message receive(Pid receiver, Descriptor socket, uint32_t count = 100, uint32_t room = 253,
                    uint32_t flags = 0) {
        return read(world.call(receiver, Receive{socket, flags, count, false, room}));
    }
    std::pair<Descriptor, Descriptor> pair(SocketType type = SocketType::Stream) {
        return world.two(pid, MakeSocketPair{type, 0});
    }
    std::pair<Descriptor, Descriptor> pipe() { return world.two(pid, MakePipe{}); }
    size_t open() const { return world.kernel.usage().open_files; }
};

TEST_F(Rights, AFileArrivesThoughItsSenderHasClosedIt) {
    for (const SocketType type : {SocketType::Stream, SocketType::Datagram}) {
        const auto [one, other] = pair(type);
        const Pid child = world.spawn(pid);
        const auto [reader, writer] = pipe();
        send(pid, one, "here", {writer, reader});
        world.value(pid, Close{reader});
        world.value(pid, Close{writer});
        const Message got = receive(child, other);
        EXPECT_EQ(got.data, "here");
        EXPECT_FALSE(got.ancillary.truncated);
        ASSERT_EQ(got.ancillary.received.size(), 2U);
        EXPECT_EQ(got.ancillary.received[0].kind, FileKind::PipeWriter);
        EXPECT_EQ(got.ancillary.received[0].status, kWriteOnly);
        EXPECT_EQ(world.value(child, Control{got.ancillary.received[0].descriptor}), 1);
        world.write(child, got.ancillary.received[0].descriptor, "through");
        EXPECT_EQ(world.read(child, got.ancillary.received[1].descriptor), "through");
        world.exit(child);
        world.value(pid, Wait{child});
    }
}

TEST_F(Rights, AreABarrierBehindTheirBytes) {
    const auto [one, other] = pair();
    const auto [reader, writer] = pipe();
    send(pid, one, "abcd", {});
    send(pid, one, "e", {reader});
    send(pid, one, "fg", {writer});
    send(pid, one, "hi", {});
    Message got = receive(pid, other);
    EXPECT_EQ(got.data, "abcde");
    EXPECT_EQ(got.ancillary.received.size(), 1U);
    got = receive(pid, other, 1);
    EXPECT_EQ(got.data, "f");
    EXPECT_EQ(got.ancillary.received.size(), 1U);
    // Whose rights are taken already is no barrier any more.
    got = receive(pid, other);
    EXPECT_EQ(got.data, "ghi");
    EXPECT_TRUE(got.ancillary.received.empty());
    // Nor does anybody wait to fill a buffer across one.
    send(pid, one, "jk", {reader});
    EXPECT_EQ(receive(pid, other, 50, 1, kWaitAll).data, "jk");
}

TEST_F(Rights, GoWithTheFirstBytesOfASendThatWaits) {
    const auto [one, other] = pair();
    const auto [reader, writer] = pipe();
    const std::string much(500'000, 'x');
    const Ticket sending = world.post(pid, message(one, much, {reader}));
    EXPECT_FALSE(world.answer(pid, sending));
    world.value(pid, Close{reader});
    size_t size = 0;
    size_t files = 0;
    while (size < much.size()) {
        const Message got = receive(pid, other, 100'000);
        ASSERT_FALSE(got.data.empty());
        EXPECT_TRUE(size == 0 || got.ancillary.received.empty());
        size += got.data.size();
        files += got.ancillary.received.size();
    }
    EXPECT_EQ(files, 1U);
    EXPECT_EQ(world.answer(pid, sending)->value, static_cast<int64_t>(much.size()));
    // One that had to wait takes what its descriptors were when it came.
    world.value(pid, Control{one, Control::Command::SetStatus, 0});
    const Ticket filling = world.post(pid, message(one, much, {}));
    const Ticket second = world.post(pid, message(one, "y", {writer}));
    world.value(pid, Close{writer});
    size = 0;
    for (files = 0; size < much.size() + 1;) {
        const Message got = receive(pid, other, 100'000);
        size += got.data.size();
        files += got.ancillary.received.size();
    }
    EXPECT_EQ(files, 1U);
    EXPECT_TRUE(world.answer(pid, filling) && world.answer(pid, second));
}

TEST_F(Rights, PeekingDuplicatesThem) {
    for (const SocketType type : {SocketType::Stream, SocketType::Datagram}) {
        const auto [one, other] = pair(type);
        const auto [reader, writer] = pipe();
        send(pid, one, "look", {reader});
        world.value(pid, Close{reader});
        const Message peeked = receive(pid, other, 100, 253, kPeek);
        const Message taken = receive(pid, other);
        ASSERT_EQ(peeked.ancillary.received.size(), 1U);
        ASSERT_EQ(taken.ancillary.received.size(), 1U);
        world.write(pid, writer, "ab");
        EXPECT_EQ(world.read(pid, peeked.ancillary.received[0].descriptor, 1), "a");
        EXPECT_EQ(world.read(pid, taken.ancillary.received[0].descriptor, 1), "b");
    }
}

TEST_F(Rights, WhatHasNoRoomIsClosed) {
    const auto [one, other] = pair();
    const auto [reader, writer] = pipe();
    const auto send_reader = [&](Descriptor which) { send(pid, one, "x", {which, which, which}); };
    send_reader(reader);
    Message got = receive(pid, other, 100, 2);
    EXPECT_EQ(got.ancillary.received.size(), 2U);
    EXPECT_TRUE(got.ancillary.truncated);
    for (const Ancillary::Received& file : got.ancillary.received)
        world.value(pid, Close{file.descriptor});
    send_reader(reader);
    world.value(pid, Close{reader});
    EXPECT_EQ(world.poll(pid, {{writer, kWritable}}), std::vector<uint32_t>{kWritable});
    EXPECT_EQ(world.read(pid, other), "x");
    EXPECT_EQ(world.poll(pid, {{writer, kWritable}}), (std::vector<uint32_t>{kWritable | kError}));
    const auto [in, out] = pipe();
    send_reader(out);
    world.value(pid, Close{out});
    got = receive(pid, other, 100, 0);
    EXPECT_TRUE(got.ancillary.truncated);
    EXPECT_EQ(world.read(pid, in), "");
}

TEST_F(Rights, AreClosedWithTheQueueTheyStandIn) {
    for (const SocketType type : {SocketType::Stream, SocketType::Datagram}) {
        const auto [one, other] = pair(type);
        const auto [in, out] = pipe();
        send(pid, one, "x", {out});
        world.value(pid, Close{out});
        const Ticket reading = world.post(pid, Read{in, 10});
        EXPECT_FALSE(world.answer(pid, reading));
        world.value(pid, Close{other});
        EXPECT_EQ(world.answer(pid, reading)->value, 0);
        world.value(pid, Close{one});
        world.value(pid, Close{in});
    }
    EXPECT_EQ(open(), 0U);
}

TEST_F(Rights, SocketsThatOnlyTheirOwnQueuesKnowGo) {
    for (const SocketType type : {SocketType::Stream, SocketType::Datagram}) {
        const auto [one, other] = pair(type);
        const auto [in, out] = pipe();
        // Each in the other's queue, and with them somebody who still waits.
        send(pid, one, "x", {other, out});
        send(pid, other, "x", {one});
        const Ticket reading = world.post(pid, Read{in, 10});
        for (const Descriptor descriptor : {one, out, other})
            world.value(pid, Close{descriptor});
        EXPECT_EQ(world.answer(pid, reading)->value, 0);
        world.value(pid, Close{in});
        EXPECT_EQ(open(), 0U);
    }
    // One that can still be had by way of another is not lost.
    const auto [one, other] = pair();
    const auto [far, further] = pair();
    send(pid, far, "inner", {far});
    send(pid, one, "outer", {further});
    for (const Descriptor descriptor : {far, further})
        world.value(pid, Close{descriptor});
    const Message outer = receive(pid, other);
    ASSERT_EQ(outer.ancillary.received.size(), 1U);
    const Message inner = receive(pid, outer.ancillary.received[0].descriptor);
    EXPECT_EQ(inner.data, "inner");
    EXPECT_EQ(inner.ancillary.received.size(), 1U);
}

TEST_F(Rights, WaitForAConnectionToBeAccepted) {
    const Address address{.family = Family::Unix, .path = "/tmp/rights"};
    const Descriptor listener = world.descriptor(pid, MakeSocket{Family::Unix, SocketType::Stream, 0});
    world.value(pid, Bind{listener, address});
    world.value(pid, Listen{listener, 5});
    const Descriptor client = world.descriptor(pid, MakeSocket{Family::Unix, SocketType::Stream, 0});
    world.value(pid, Connect{client, address});
    send(pid, client, "early", {client});
    world.value(pid, Close{client});
    const Descriptor server = world.descriptor(pid, Accept{listener, 0});
    EXPECT_EQ(receive(pid, server).ancillary.received.size(), 1U);
    // Nobody accepts the next.
    const Descriptor late = world.descriptor(pid, MakeSocket{Family::Unix, SocketType::Stream, 0});
    world.value(pid, Connect{late, address});
    send(pid, late, "late", {late, listener});
    world.value(pid, CloseRange{{0}, {1000}});
    EXPECT_EQ(open(), 0U);
}

TEST_F(Rights, ALongChainIsTakenApartFromOutside) {
    // Each socket in the queue of the next; of the last one only a descriptor is known.
    auto [last, reader] = pair();
    for (int link = 0; link < 1000; ++link) {
        const auto [next, next_reader] = pair();
        send(pid, next, "x", {reader});
        world.value(pid, Close{reader});
        world.value(pid, Close{last});
        last = next;
        reader = next_reader;
    }
    world.value(pid, Close{last});
    world.value(pid, Close{reader});
    EXPECT_EQ(open(), 0U);
}

TEST_F(Rights, HaveLimits) {
    const auto [one, other] = pair();
    EXPECT_EQ(world.error(pid, message(one, "x", std::vector<Descriptor>(254, one))), Errno::Invalid);
    EXPECT_EQ(world.error(pid, message(one, "x", {one, {900}})), Errno::BadDescriptor);
    for (int count = 0; count < 4; ++count)
        send(pid, one, "x", std::vector<Descriptor>(253, one));
    EXPECT_EQ(world.error(pid, message(one, "x", std::vector<Descriptor>(253, one))),
              Errno::TooManyReferences);
    EXPECT_EQ(receive(pid, other).ancillary.received.size(), 253U);
    send(pid, one, "x", std::vector<Descriptor>(253, one));
    // The process has 1024 descriptors at most.
    for (int count = 0; count < 3; ++count)
        EXPECT_EQ(receive(pid, other).ancillary.received.size(), count < 3 ? 253U : 0U);
    const Message got = receive(pid, other);
    EXPECT_EQ(got.ancillary.received.size(), 1024U - 2 - 4 * 253);
    EXPECT_TRUE(got.ancillary.truncated);
}

TEST_F(Rights, OtherFamiliesCarryNone) {
    const Descriptor receiver = world.descriptor(pid, MakeSocket{Family::Inet, SocketType::Datagram, 0});
    world.value(pid, Bind{receiver, loopback(Family::Inet)});
    const auto address = *decode<Address>(world.call(pid, GetSocketName{receiver}).data);
    Send sent = message(receiver, "x", {receiver});
    sent.to = address;
    EXPECT_EQ(world.value(pid, sent), 1);
    EXPECT_TRUE(receive(pid, receiver).ancillary.received.empty());
    world.value(pid, Close{receiver});
    EXPECT_EQ(open(), 0U);
}

TEST_F(Rights, AFileOfTheHostIsKeptOpenByIt) {
    const auto [one, other] = pair();
    const Descriptor lock = world.descriptor(pid, OpenLockable{1, 2, false});
    const Ticket passing =
        world.post(pid, PassFile{OutsideHandle{7}, kAppend, lock, Slice(std::string_view("what it is"))});
    EXPECT_FALSE(world.answer(pid, passing));
    const auto wanted = world.actions<KeepFile>();
    ASSERT_EQ(wanted.size(), 1U);
    EXPECT_EQ(wanted[0].handle.value, 7U);
    EXPECT_EQ(wanted[0].flags, kAppend);
    world.kernel.fileKept(wanted[0].number, OutsideHandle{20});
    const Descriptor passed{static_cast<int32_t>(world.answer(pid, passing)->value)};
    send(pid, one, "file", {passed});
    world.value(pid, Close{passed});
    world.value(pid, Close{lock});
    const Message got = receive(pid, other);
    ASSERT_EQ(got.ancillary.received.size(), 1U);
    EXPECT_EQ(got.ancillary.received[0].kind, FileKind::Kept);
    const Descriptor taken = got.ancillary.received[0].descriptor;
    const Answer about = world.call(pid, TakeFile{taken});
    EXPECT_EQ(about.value, 20);
    EXPECT_EQ(about.data.text(), "what it is");
    const Descriptor same_lock{static_cast<int32_t>(about.second)};
    EXPECT_EQ(world.error(pid, LockFile{same_lock, LockFile::Operation::Exclusive, false}), Errno::None);
    EXPECT_TRUE(world.actions<CloseOutside>().empty());
    world.value(pid, Close{taken});
    const auto closed = world.actions<CloseOutside>();
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_EQ(closed[0].handle.value, 20U);
    EXPECT_EQ(world.error(pid, TakeFile{one}), Errno::Invalid);
}

TEST_F(Rights, AFileThatTheHostDoesNotKeep) {
    const Ticket refused = world.post(pid, PassFile{OutsideHandle{7}, 0, {}, {}});
    world.kernel.fileKept(world.actions<KeepFile>().at(0).number, fail(Errno::Access));
    EXPECT_EQ(world.answer(pid, refused)->error, Errno::Access);
    EXPECT_TRUE(world.actions<CloseOutside>().empty());
    // Whoever wanted it is gone meanwhile.
    const Pid child = world.spawn(pid);
    world.post(child, PassFile{OutsideHandle{8}, 0, {}, {}});
    const uint32_t number = world.actions<KeepFile>().at(0).number;
    world.exit(child);
    world.kernel.fileKept(number, OutsideHandle{21});
    EXPECT_EQ(world.actions<CloseOutside>().at(0).handle.value, 21U);
    world.kernel.fileKept(999, fail(Errno::Access));
    // What needs no handle of the host's is there at once.
    const Descriptor passed = world.descriptor(pid, PassFile{{}, 0, {}, Slice(std::string_view("by name"))});
    EXPECT_EQ(world.call(pid, TakeFile{passed}).value, -1);
    EXPECT_EQ(world.error(pid, PassFile{{}, 0, passed, {}}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, PassFile{{}, 0, Descriptor{77}, {}}), Errno::BadDescriptor);
}

TEST_F(Rights, NumbersGoWithDatagrams) {
    struct Case {
        Family family;
        uint32_t level, hops, set_hops, wants_hops, traffic, wants_traffic;
    };
    for (const Case& one :
         {Case{Family::Inet, 0, 2, 2, 12, 1, 13}, Case{Family::Inet6, 41, 52, 16, 51, 67, 66}}) {
        const Descriptor socket = world.descriptor(pid, MakeSocket{one.family, SocketType::Datagram, 0});
        world.value(pid, Bind{socket, loopback(one.family)});
        const auto address = *decode<Address>(world.call(pid, GetSocketName{socket}).data);
        const auto exchange = [&](std::vector<ControlNumber> numbers) {
            world.value(pid, Send{.descriptor = socket,
                                  .to = address,
                                  .data = Slice(std::string_view("x")),
                                  .numbers = std::move(numbers)});
            std::vector<std::pair<uint32_t, int32_t>> found;
            for (const ControlNumber& number : receive(pid, socket).ancillary.numbers) {
                EXPECT_EQ(number.level, one.level);
                found.emplace_back(number.type, number.value);
            }
            return found;
        };
        using Numbers = std::vector<std::pair<uint32_t, int32_t>>;
        EXPECT_EQ(exchange({{one.level, one.hops, 3}}), Numbers{});
        world.value(pid, SetOption{socket, one.level, one.wants_hops, 1});
        EXPECT_EQ(exchange({}), (Numbers{{one.hops, 64}}));
        world.value(pid, SetOption{socket, one.level, one.wants_traffic, 1});
        EXPECT_EQ(exchange({{one.level, one.hops, 2}, {one.level, one.traffic, 8}, {99, 1, 1}}),
                  (Numbers{{one.hops, 2}, {one.traffic, 8}}));
        world.value(pid, SetOption{socket, one.level, one.set_hops, 9});
        world.value(pid, SetOption{socket, one.level, one.traffic, 4});
        EXPECT_EQ(exchange({{one.level, one.hops, -1}}), (Numbers{{one.hops, 9}, {one.traffic, 4}}));
        for (const ControlNumber& wrong :
             {ControlNumber{one.level, one.hops, 256}, ControlNumber{one.level, one.hops, -2},
              ControlNumber{one.level, 200, 1}})
            EXPECT_EQ(world.error(pid, Send{.descriptor = socket, .to = address, .numbers = {wrong}}),
                      Errno::Invalid);
    }
}

TEST_F(Rights, AreGoneWithTheSystem) {
    const auto [one, other] = pair();
    send(pid, one, "x", {other, one});
    send(pid, other, "x", {one, other});
    const Ticket sending = world.post(pid, message(one, std::string(500'000, 'x'), {one}));
    EXPECT_FALSE(world.answer(pid, sending));
}

}  // namespace
}  // namespace taipan::kernel
