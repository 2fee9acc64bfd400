// SPDX-License-Identifier: Apache-2.0
#include "kernel/datagram_socket.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct Datagrams : ::testing::Test {
    World world;
    Pid pid = world.root();

    Descriptor socket(Family family = Family::Inet) {
        return world.descriptor(pid, MakeSocket{family, SocketType::Datagram, 0});
    }
    Address bound(Descriptor descriptor, const Address& address) {
        world.value(pid, Bind{descriptor, address});
        return *decode<Address>(world.call(pid, GetSocketName{descriptor}).data);
    }
};

TEST_F(Datagrams, ArriveWholeWithTheirSender) {
    const Descriptor receiver = socket();
    const Address address = bound(receiver, loopback(Family::Inet));
    const Descriptor sender = socket();
    const Ticket receiving = world.post(pid, Receive{receiver, 0, 100, true});
    EXPECT_EQ(world.value(pid, Send{sender, 0, address, Slice(std::string_view("hello"))}), 5);
    Answer answer = *world.answer(pid, receiving);
    EXPECT_EQ(answer.value, 5);
    const Slice from = answer.data.takeFront(static_cast<size_t>(answer.second));
    EXPECT_EQ(*decode<Address>(from), *decode<Address>(world.call(pid, GetSocketName{sender}).data));
    EXPECT_EQ(answer.data.text(), "hello");
    world.value(pid, Send{sender, 0, address, Slice(std::string_view("truncated"))});
    world.value(pid, Send{sender, 0, address, Slice()});
    EXPECT_EQ(world.value(pid, Receive{receiver, kTruncate | kPeek, 2, false}), 9);
    EXPECT_EQ(world.read(pid, receiver, 2), "tr");
    EXPECT_EQ(world.read(pid, receiver), "");
    EXPECT_EQ(world.error(pid, Receive{receiver, kDontWait, 2, false}), Errno::Again);
}

TEST_F(Datagrams, NobodyThere) {
    Address nowhere = loopback(Family::Inet);
    nowhere.port = 9;
    EXPECT_EQ(world.value(pid, Send{socket(), 0, nowhere, Bytes{1}}), 1);
    EXPECT_EQ(world.error(
                  pid, Send{socket(Family::Unix), 0, Address{.family = Family::Unix, .path = "x"}, Bytes{1}}),
              Errno::ConnectionRefused);
    EXPECT_EQ(world.error(pid, Send{socket(), 0, {}, Bytes{1}}), Errno::DestinationRequired);
    EXPECT_EQ(world.error(pid, Send{socket(), 0, nowhere, Bytes(70000)}), Errno::MessageSize);
    nowhere.ip[0] = 8;
    EXPECT_EQ(world.error(pid, Send{socket(), 0, nowhere, Bytes{1}}), Errno::NetworkUnreachable);
}

TEST_F(Datagrams, AConnectedOneHearsItsPeerOnly) {
    const Descriptor one = socket();
    const Descriptor other = socket();
    const Address one_address = bound(one, loopback(Family::Inet));
    const Address other_address = bound(other, loopback(Family::Inet));
    world.value(pid, Connect{one, other_address});
    world.value(pid, Send{socket(), 0, one_address, Slice(std::string_view("stranger"))});
    world.value(pid, Send{other, 0, one_address, Slice(std::string_view("friend"))});
    EXPECT_EQ(world.read(pid, one), "friend");
    world.write(pid, one, "back");
    EXPECT_EQ(world.read(pid, other), "back");
    world.value(pid, Connect{one, Address{}});
    EXPECT_EQ(world.error(pid, GetPeerName{one}), Errno::NotConnected);
}

TEST_F(Datagrams, AUnixSenderWaitsForRoom) {
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Datagram, 0});
    world.value(pid, SetOption{other, 1, 8, 4096});
    for (int count = 0; count < 2; ++count)
        world.write(pid, one, std::string(3000, 'x'));
    const Ticket sending = world.post(pid, Write{one, Bytes{1}});
    const Ticket polling = world.post(pid, Poll{{{one, kWritable}}, -1, {}});
    EXPECT_FALSE(world.answer(pid, sending));
    EXPECT_FALSE(world.answer(pid, polling));
    EXPECT_EQ(world.read(pid, other).size(), 3000U);
    EXPECT_EQ(world.answer(pid, sending)->value, 1);
    EXPECT_EQ(world.answer(pid, polling)->value, 1);
}

TEST_F(Datagrams, AFullReceiverThatGoesFreesItsSenders) {
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Datagram, 0});
    world.value(pid, SetOption{other, 1, 8, 4096});
    world.write(pid, one, std::string(5000, 'x'));
    const Ticket sending = world.post(pid, Write{one, Bytes{1}});
    EXPECT_FALSE(world.answer(pid, sending));
    world.value(pid, Close{other});
    EXPECT_EQ(world.answer(pid, sending)->error, Errno::ConnectionRefused);
}

TEST_F(Datagrams, ShutDown) {
    world.ignore(pid, Signal::Pipe);
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Datagram, 0});
    const Ticket reading = world.post(pid, Read{one, 1});
    world.value(pid, Shutdown{one, Shutdown::How::Both});
    EXPECT_EQ(world.answer(pid, reading)->value, 0);
    EXPECT_EQ(world.error(pid, Write{one, Bytes{1}}), Errno::BrokenPipe);
    EXPECT_EQ(world.error(pid, Write{other, Bytes{1}}), Errno::BrokenPipe);
    EXPECT_EQ(world.error(pid, Listen{one, 1}), Errno::NotSupported);
}

TEST(DatagramBuffer, ALargerOneHasRoomForThoseWhoWait) {
    World world;
    const Pid pid = world.root();
    const auto [one, other] = world.two(pid, MakeSocketPair{SocketType::Datagram, 0});
    world.value(pid, SetOption{other, 1, 8, 4096});
    world.write(pid, one, std::string(5000, 'x'));
    const Ticket sending = world.post(pid, Write{one, Bytes{1}});
    EXPECT_FALSE(world.answer(pid, sending));
    world.value(pid, SetOption{other, 1, 8, 10000});
    EXPECT_EQ(world.answer(pid, sending)->value, 1);
}

}  // namespace
}  // namespace taipan::kernel
