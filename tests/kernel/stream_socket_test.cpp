// SPDX-License-Identifier: Apache-2.0
#include "kernel/stream_socket.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

Address unixAddress(const std::string& path) {
    return {.family = Family::Unix, .path = path};
}

struct Streams : ::testing::Test {
    World world;
    Pid pid = world.root();

    Descriptor socket(Family family = Family::Inet, uint32_t flags = 0) {
        return world.descriptor(pid, MakeSocket{family, SocketType::Stream, flags});
    }
    Address local(Descriptor descriptor) {
        return *decode<Address>(world.call(pid, GetSocketName{descriptor}).data);
    }
    /// A listener and where it is.
    std::pair<Descriptor, Address> listener(int32_t backlog = 5, Family family = Family::Inet) {
        const Descriptor descriptor = socket(family);
        if (family == Family::Unix)
            world.value(pid, Bind{descriptor, unixAddress("listener")});
        world.value(pid, Listen{descriptor, backlog});
        return {descriptor, local(descriptor)};
    }
    int64_t option(Descriptor descriptor, uint32_t which) {
        return world.value(pid, GetOption{descriptor, 1, which});
    }
};

TEST_F(Streams, AcceptAndTalk) {
    for (const Family family : {Family::Inet, Family::Inet6, Family::Unix}) {
        const auto [server, address] = listener(5, family);
        const Ticket accepting = world.post(pid, Accept{server, 0});
        EXPECT_FALSE(world.answer(pid, accepting));
        const Descriptor client = socket(family);
        EXPECT_EQ(world.value(pid, Connect{client, address}), 0);
        const Answer accepted = *world.answer(pid, accepting);
        const Descriptor served{static_cast<int32_t>(accepted.value)};
        EXPECT_EQ(*decode<Address>(accepted.data), local(client));
        world.write(pid, client, "ping");
        EXPECT_EQ(world.read(pid, served), "ping");
        world.write(pid, served, "pong");
        EXPECT_EQ(world.read(pid, client), "pong");
        EXPECT_EQ(decode<Address>(world.call(pid, GetPeerName{client}).data)->port, address.port);
        world.value(pid, Close{server});
        world.value(pid, Close{served});
        EXPECT_EQ(world.read(pid, client), "");
        world.value(pid, Close{client});
    }
    EXPECT_FALSE(world.kernel.usage().names_or_locks);
}

TEST_F(Streams, ConnectedBeforeItIsAccepted) {
    const auto [server, address] = listener();
    const Descriptor client = socket();
    world.value(pid, Connect{client, address});
    world.write(pid, client, "early");
    world.value(pid, Close{client});
    EXPECT_EQ(world.poll(pid, {{server, kReadable}}), (std::vector<uint32_t>{kReadable}));
    const Descriptor served = world.descriptor(pid, Accept{server, kNonBlocking});
    EXPECT_EQ(world.read(pid, served), "early");
    EXPECT_EQ(world.read(pid, served), "");
}

TEST_F(Streams, WhoHasNoPlaceInTheBacklogWaits) {
    const auto [server, address] = listener(1);
    world.value(pid, Connect{socket(), address});
    const Descriptor second = socket();
    const Ticket connecting = world.post(pid, Connect{second, address});
    EXPECT_FALSE(world.answer(pid, connecting));
    const Descriptor third = socket(Family::Inet, kNonBlocking);
    EXPECT_EQ(world.error(pid, Connect{third, address}), Errno::InProgress);
    EXPECT_EQ(world.error(pid, Connect{third, address}), Errno::Already);
    EXPECT_EQ(world.poll(pid, {{third, kWritable}}), (std::vector<uint32_t>{0}));
    world.value(pid, Accept{server, 0});
    EXPECT_EQ(world.answer(pid, connecting)->error, Errno::None);
    world.value(pid, Accept{server, 0});
    EXPECT_EQ(world.poll(pid, {{third, kWritable}}), (std::vector<uint32_t>{kWritable}));
    EXPECT_EQ(option(third, 4), 0);
    EXPECT_EQ(world.error(pid, Connect{third, address}), Errno::IsConnected);
}

TEST_F(Streams, AListenerThatGoesRefuses) {
    const auto [server, address] = listener(1);
    const Descriptor first = socket();
    world.value(pid, Connect{first, address});
    const Ticket connecting = world.post(pid, Connect{socket(), address});
    const Descriptor third = socket(Family::Inet, kNonBlocking);
    EXPECT_EQ(world.error(pid, Connect{third, address}), Errno::InProgress);
    world.value(pid, Close{server});
    EXPECT_EQ(world.error(pid, Read{first, 1}), Errno::ConnectionReset);
    EXPECT_EQ(world.read(pid, first), "");
    EXPECT_EQ(world.answer(pid, connecting)->error, Errno::ConnectionRefused);
    EXPECT_EQ(option(third, 4), static_cast<int64_t>(Errno::ConnectionRefused));
    EXPECT_EQ(option(third, 4), 0);
    EXPECT_EQ(world.error(pid, Connect{socket(), address}), Errno::ConnectionRefused);
}

TEST_F(Streams, ARefusalIsToldToWhoConnectsAgain) {
    const auto [server, address] = listener(1);
    world.value(pid, Connect{socket(), address});
    const Descriptor refused = socket(Family::Inet, kNonBlocking);
    EXPECT_EQ(world.error(pid, Connect{refused, address}), Errno::InProgress);
    world.value(pid, Close{server});
    const auto [next, elsewhere] = listener();
    EXPECT_EQ(world.error(pid, Connect{refused, elsewhere}), Errno::ConnectionRefused);
    EXPECT_EQ(world.error(pid, Connect{refused, elsewhere}), Errno::InProgress);
    EXPECT_EQ(world.error(pid, Read{refused, 1}), Errno::Again);
}

TEST_F(Streams, WhoClosesWithoutHavingReadResets) {
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Stream, 0});
    world.write(pid, one, "unread");
    world.write(pid, other, "last");
    world.value(pid, Close{other});
    EXPECT_EQ(world.poll(pid, {{one, kReadable}}), (std::vector<uint32_t>{kReadable | kError | kHangUp}));
    EXPECT_EQ(world.error(pid, Send{one, kNoSignal, {}, Bytes{1}}), Errno::BrokenPipe);
    EXPECT_EQ(world.read(pid, one), "last");
    EXPECT_EQ(world.error(pid, Read{one, 5}), Errno::ConnectionReset);
    EXPECT_EQ(world.read(pid, one), "");
    EXPECT_EQ(world.poll(pid, {{one, kReadable}}), (std::vector<uint32_t>{kReadable | kHangUp}));
}

TEST_F(Streams, AResetWakesWhoWaits) {
    const auto [server, address] = listener();
    const Descriptor client = socket();
    world.value(pid, Connect{client, address});
    const Descriptor served = world.descriptor(pid, Accept{server, 0});
    world.write(pid, client, "unread");
    const Ticket reading = world.post(pid, Read{client, 5});
    world.value(pid, Close{served});
    EXPECT_EQ(world.answer(pid, reading)->error, Errno::ConnectionReset);
    EXPECT_EQ(world.error(pid, Send{client, kNoSignal, {}, Bytes{1}}), Errno::BrokenPipe);
    const Descriptor second = socket();
    world.value(pid, Connect{second, address});
    world.write(pid, second, "unread");
    world.value(pid, Close{world.descriptor(pid, Accept{server, 0})});
    EXPECT_EQ(world.error(pid, Send{second, 0, {}, Bytes{1}}), Errno::ConnectionReset);
    EXPECT_EQ(option(second, 4), 0);
}

TEST_F(Streams, TheFirstThatIsSentOverTcpToNobodyIsLost) {
    const auto [server, address] = listener();
    const Descriptor client = socket();
    world.value(pid, Connect{client, address});
    world.value(pid, Close{world.descriptor(pid, Accept{server, 0})});
    EXPECT_EQ(world.value(pid, Send{client, kNoSignal, {}, Bytes{}}), 0);
    EXPECT_EQ(world.value(pid, Send{client, kNoSignal, {}, Bytes{1, 2, 3}}), 3);
    EXPECT_EQ(world.error(pid, Send{client, kNoSignal, {}, Bytes{1}}), Errno::BrokenPipe);
    EXPECT_EQ(world.read(pid, client), "");
}

TEST_F(Streams, WhoClosesAfterHavingReadEnds) {
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Stream, 0});
    world.write(pid, one, "read");
    EXPECT_EQ(world.read(pid, other), "read");
    world.value(pid, Close{other});
    EXPECT_EQ(world.read(pid, one), "");
}

TEST_F(Streams, WhatHasComeIsReadAfterTheReadingWasShutDown) {
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Stream, 0});
    world.write(pid, one, "here");
    world.value(pid, Shutdown{other, Shutdown::How::Reading});
    EXPECT_EQ(world.error(pid, Send{one, kNoSignal, {}, Bytes{1}}), Errno::BrokenPipe);
    EXPECT_EQ(world.read(pid, other, 2), "he");
    world.value(pid, Close{other});
    EXPECT_EQ(world.error(pid, Read{one, 1}), Errno::ConnectionReset);
}

TEST_F(Streams, AListenerThatIsShutDownAcceptsNobody) {
    const auto [server, address] = listener();
    const Ticket accepting = world.post(pid, Accept{server, 0});
    world.value(pid, Shutdown{server, Shutdown::How::Writing});
    EXPECT_FALSE(world.answer(pid, accepting));
    world.value(pid, Shutdown{server, Shutdown::How::Both});
    EXPECT_EQ(world.answer(pid, accepting)->error, Errno::Invalid);
    EXPECT_EQ(world.error(pid, Connect{socket(), address}), Errno::ConnectionRefused);
    world.value(pid, Listen{server, 1});
    EXPECT_EQ(world.error(pid, Connect{socket(), address}), Errno::None);
}

TEST_F(Streams, WhoGivesUpHasNoPlaceInTheBacklog) {
    const auto [server, address] = listener(1);
    const Descriptor first = socket();
    world.value(pid, Connect{first, address});
    for (int count = 0; count < 3; ++count) {
        const Descriptor hasty = socket(Family::Inet, kNonBlocking);
        EXPECT_EQ(world.error(pid, Connect{hasty, address}), Errno::InProgress);
        world.value(pid, Close{hasty});
    }
    const Descriptor patient = socket();
    const Ticket connecting = world.post(pid, Connect{patient, address});
    world.value(pid, Accept{server, 0});
    EXPECT_EQ(world.answer(pid, connecting)->error, Errno::None);
    EXPECT_EQ(*decode<Address>(world.call(pid, Accept{server, 0}).data), local(patient));
}

TEST_F(Streams, AddressesAreTakenOnce) {
    const auto [server, address] = listener();
    EXPECT_GE(address.port, 49152);
    EXPECT_EQ(world.error(pid, Bind{socket(), address}), Errno::AddressInUse);
    Address loopbacks = loopback(Family::Inet);
    loopbacks.port = address.port;
    EXPECT_EQ(world.error(pid, Bind{socket(), loopbacks}), Errno::AddressInUse);
    EXPECT_EQ(world.value(pid, Connect{socket(), loopbacks}), 0);
    world.value(pid, Bind{socket(Family::Unix), unixAddress("name")});
    EXPECT_EQ(world.error(pid, Bind{socket(Family::Unix), unixAddress("name")}), Errno::AddressInUse);
    EXPECT_EQ(world.error(pid, Bind{server, address}), Errno::Invalid);
    world.value(pid, Close{server});
    EXPECT_EQ(world.value(pid, Bind{socket(), address}), 0);
}

TEST_F(Streams, APortThatIsPickedIsFree) {
    Address next = listener().second;
    ++next.port;
    world.value(pid, Bind{socket(), next});
    EXPECT_EQ(listener().second.port, next.port + 1);
}

TEST_F(Streams, OutsideIsNotReachable) {
    Address outside{.family = Family::Inet, .port = 80, .ip = {8, 8, 8, 8}};
    EXPECT_EQ(world.error(pid, Connect{socket(), outside}), Errno::NetworkUnreachable);
    EXPECT_EQ(world.error(pid, Bind{socket(), outside}), Errno::AddressNotAvailable);
    EXPECT_EQ(world.error(pid, Connect{socket(), unixAddress("x")}), Errno::FamilyNotSupported);
    EXPECT_EQ(world.error(pid, Connect{socket(Family::Unix), unixAddress("x")}), Errno::ConnectionRefused);
}

TEST_F(Streams, MisuseHasItsNumbers) {
    const Descriptor fresh = socket();
    EXPECT_EQ(world.error(pid, Read{fresh, 1}), Errno::NotConnected);
    EXPECT_EQ(world.error(pid, Write{fresh, Bytes{1}}), Errno::NotConnected);
    EXPECT_EQ(world.error(pid, Accept{fresh, 0}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, GetPeerName{fresh}), Errno::NotConnected);
    EXPECT_EQ(world.error(pid, Shutdown{fresh}), Errno::NotConnected);
    EXPECT_EQ(world.error(pid, Listen{socket(Family::Unix), 1}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, MakeSocket{static_cast<Family>(77), SocketType::Stream, 0}),
              Errno::FamilyNotSupported);
    EXPECT_EQ(world.error(pid, MakeSocket{Family::Inet, static_cast<SocketType>(9), 0}),
              Errno::WrongProtocolType);
    const auto [reader, writer] = world.two(pid, MakePipe{});
    EXPECT_EQ(world.error(pid, Listen{reader, 1}), Errno::NotSocket);
    EXPECT_EQ(world.error(pid, GetOption{fresh, 1, 999}), Errno::NoProtocolOption);
}

TEST_F(Streams, PairsPeekAndWaitForAll) {
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Stream, 0});
    world.write(pid, one, "abc");
    EXPECT_EQ(world.call(pid, Receive{other, kPeek, 2, false}).data.text(), "ab");
    EXPECT_EQ(world.call(pid, Receive{other, 0, 2, false}).data.text(), "ab");
    const Ticket all = world.post(pid, Receive{other, kWaitAll, 3, false});
    EXPECT_FALSE(world.answer(pid, all));
    world.write(pid, one, "de");
    EXPECT_EQ(world.answer(pid, all)->data.text(), "cde");
    EXPECT_EQ(world.error(pid, Receive{other, kDontWait, 3, false}), Errno::Again);
    EXPECT_EQ(world.error(pid, Send{one, 0, Address{}, Bytes{1}}), Errno::IsConnected);
}

TEST_F(Streams, ShutdownIsOneWay) {
    world.handle(pid, Signal::Pipe);
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Stream, 0});
    const Ticket reading = world.post(pid, Read{other, 5});
    world.value(pid, Shutdown{one, Shutdown::How::Writing});
    EXPECT_EQ(world.answer(pid, reading)->value, 0);
    EXPECT_EQ(world.poll(pid, {{other, kReadable | kPeerClosed}}),
              (std::vector<uint32_t>{kReadable | kPeerClosed}));
    EXPECT_EQ(world.error(pid, Send{one, kNoSignal, {}, Bytes{1}}), Errno::BrokenPipe);
    EXPECT_TRUE(world.actions<DeliverSignal>().empty());
    EXPECT_EQ(world.error(pid, Send{one, 0, {}, Bytes{1}}), Errno::BrokenPipe);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
    world.write(pid, other, "still");
    EXPECT_EQ(world.read(pid, one), "still");
    const Ticket last = world.post(pid, Read{one, 5});
    world.value(pid, Shutdown{one, Shutdown::How::Reading});
    EXPECT_EQ(world.answer(pid, last)->value, 0);
    EXPECT_EQ(world.error(pid, Send{other, kNoSignal, {}, Bytes{1}}), Errno::BrokenPipe);
    EXPECT_EQ(world.error(pid, Shutdown{one, static_cast<Shutdown::How>(7)}), Errno::Invalid);
}

TEST_F(Streams, OptionsAreKnown) {
    const auto [server, address] = listener();
    EXPECT_EQ(option(server, 3), 1);
    EXPECT_EQ(option(server, 39), 2);
    EXPECT_EQ(option(server, 30), 1);
    EXPECT_EQ(world.value(pid, SetOption{server, 1, 2, 1}), 0);
    EXPECT_EQ(world.value(pid, SetOption{server, 6, 1, 1}), 0);
    EXPECT_EQ(world.value(pid, SetOption{server, 1, 10, 1}), 0);
    EXPECT_EQ(option(server, 10), 1);
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Stream, kNonBlocking});
    world.value(pid, SetOption{one, 1, 7, 1});
    EXPECT_EQ(world.write(pid, one, std::string(10000, 'x')), 4096);
}

TEST_F(Streams, WhoDoesNotWaitIsNeverConnectedAtOnce) {
    const auto [server, address] = listener();
    const Descriptor client = socket(Family::Inet, kNonBlocking);
    EXPECT_EQ(world.error(pid, Connect{client, address}), Errno::InProgress);
    EXPECT_EQ(option(client, 4), 0);
    EXPECT_EQ(world.error(pid, Connect{client, address}), Errno::IsConnected);
}

TEST_F(Streams, WhatWasSetIsToldAgain) {
    constexpr uint32_t kTcp = 6;
    const Descriptor one = socket();
    EXPECT_EQ(option(one, 2), 0);
    world.value(pid, SetOption{one, 1, 2, 1});
    EXPECT_EQ(option(one, 2), 1);
    world.value(pid, SetOption{one, kTcp, 1, 1});
    EXPECT_EQ(world.value(pid, GetOption{one, kTcp, 1}), 1);
    EXPECT_EQ(option(one, 38), kTcp);
}

}  // namespace
}  // namespace taipan::kernel
