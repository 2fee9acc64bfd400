// SPDX-License-Identifier: Apache-2.0
//
// The protocol, and the kernel behind it when what comes is no request at all.
#include "kernel/protocol.h"

#include <random>

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

TEST(Protocol, HasAFixedLayout) {
    EXPECT_EQ(encodeRequest({0x01020304}, Read{{5}, 0x10}),
              (Bytes{10, 0, 0, 0, 4, 3, 2, 1, 5, 0, 0, 0, 0x10, 0, 0, 0}));
    EXPECT_EQ(encodeRequest({1}, Write{{-1}, Bytes{7, 8}}),
              (Bytes{11, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 7, 8}));
    const Reply reply{{3}, {2}, {Errno::Interrupted, true, 1, -1, Bytes{9}}, 5};
    EXPECT_EQ(encodeReply(reply),
              (Bytes{2,    0,    0,    0,    27,   0,    1,    0, 1, 0, 0, 0, 0, 0, 0, 0, 0xff,
                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 5, 0, 0, 0, 0, 0, 0, 0, 9}));
}

TEST(Protocol, ReadsWhatItWrites) {
    Spawn spawn{.image = "python", .arguments = {"a", ""}, .directory = "/x", .close_others = true};
    spawn.file_actions = {{FileAction::What::Open, {3}, {4}, "/dev/tty", 7}};
    spawn.keep = {{8}};
    spawn.group = Pid{9};
    const Bytes message = encodeRequest({77}, spawn);
    const std::optional<Submission> decoded = decodeRequest(message);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->ticket.value, 77U);
    EXPECT_EQ(encodeRequest(decoded->ticket, decoded->request), message);
}

TEST(Protocol, WriteTakesItsDataWithoutACopy) {
    Slice message = encodeRequest({1}, Write{{1}, Bytes(1000, 3)});
    const uint8_t* data = message.view().data() + 12;
    const std::optional<Submission> decoded = decodeRequest(message);
    EXPECT_EQ(std::get<Write>(decoded->request).data.view().data(), data);
}

TEST(Protocol, EveryPrefixAndEveryTailIsRefused) {
    Spawn spawn{.image = "python", .arguments = {"a", "b"}, .directory = "/x"};
    const Bytes message = encodeRequest({77}, spawn);
    for (size_t size = 0; size < message.size(); ++size) {
        Bytes prefix(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(decodeRequest(std::move(prefix)).has_value()) << size;
    }
    // Spawn ends with bytes of any number.
    Bytes longer = encodeRequest({77}, Close{{3}});
    longer.push_back(0);
    EXPECT_FALSE(decodeRequest(longer).has_value());
    EXPECT_FALSE(decodeReply(Bytes(kReplyHeader - 1)).has_value());
}

TEST(Protocol, RefusesWhatIsNoValue) {
    EXPECT_FALSE(decodeRequest(Bytes{9, 0, 0, 0, 0, 0, 0, 0}).has_value());
    EXPECT_FALSE(decodeRequest(Bytes{8, 0, 1, 0, 0, 0, 0, 0}).has_value());
    EXPECT_TRUE(decodeRequest(Bytes{8, 0, 0, 0, 0, 0, 0, 0}).has_value());
    Bytes message = encodeRequest({1}, Sleep{1, true});
    message.back() = 2;
    EXPECT_FALSE(decodeRequest(message).has_value());
}

/// Messages that mean something, with small numbers so that they meet.
class Messages {
  public:
    explicit Messages(uint32_t seed) : random_(seed) {}

    uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

    Bytes next() {
        Bytes message = below(4) == 0 ? noise() : plausible();
        for (uint32_t changes = below(3); changes > 0 && !message.empty(); --changes)
            mutate(message);
        return message;
    }

  private:
    Bytes noise() {
        Bytes bytes(below(64));
        for (uint8_t& byte : bytes)
            byte = static_cast<uint8_t>(random_());
        return bytes;
    }

    /// Right in number and length, by trying; the fields are mostly small.
    Bytes plausible() {
        while (true) {
            Bytes message = {static_cast<uint8_t>(below(121)), 0, 0, 0,
                             static_cast<uint8_t>(below(256)), 0, 0, 0};
            for (uint32_t field = below(10); field > 0; --field)
                addField(message);
            if (decodeRequest(message))
                return message;
            if (below(200) == 0)
                return message;
        }
    }

    void addField(Bytes& message) {
        const auto small = static_cast<uint8_t>(below(8));
        switch (below(8)) {
            case 7:  // A name.
                message.insert(message.end(), {2, 0, 0, 0, '/', small});
                return;
            case 0:
                message.push_back(small & 1U);
                return;
            case 1:
                message.insert(message.end(), {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
                return;
            case 2:
                message.insert(message.end(), {small, 0, 0, 0, 0, 0, 0, 0});
                return;
            case 3:
                message.insert(message.end(), {small, 0});
                return;
            default:
                message.insert(message.end(), {small, 0, 0, 0});
                return;
        }
    }

    void mutate(Bytes& message) {
        const uint32_t at = below(static_cast<uint32_t>(message.size()));
        switch (below(4)) {
            case 0:
                message[at] = static_cast<uint8_t>(random_());
                return;
            case 1:
                message.resize(at);
                return;
            case 2:
                message.insert(message.begin() + at, static_cast<uint8_t>(random_()));
                return;
            default:
                message[at] ^= static_cast<uint8_t>(1U << below(8));
                return;
        }
    }

    std::mt19937 random_;
};

/// Names of semaphores and blocks outlive their processes.
void unlinkAll(Kernel& kernel) {
    const Pid last = *kernel.addRoot({});
    for (int end = 0; end <= 0xff; ++end) {
        kernel.submit(last, Ticket{}, UnlinkSemaphore{{'/', static_cast<char>(end)}});
        kernel.submit(last, Ticket{}, UnlinkBlock{{'/', static_cast<char>(end)}});
    }
    kernel.submit(last, Ticket{}, Exit{});
}

/// A sum of all replies.
size_t attack(uint32_t seed) {
    size_t sum = 0;
    Limits limits;
    limits.processes = 12;
    limits.open_files = 60;
    limits.descriptors = 24;
    limits.shared_bytes = 1 << 16;
    Kernel kernel(limits);
    Messages messages(seed);
    std::vector<Pid> pids;
    Time now = 0;
    for (int step = 0; step < 1200; ++step) {
        if (pids.empty() || messages.below(60) == 0) {
            if (const Result<Pid> root = kernel.addRoot(
                    {.descriptors = {{{0}, {.handle = {1}, .stream = true}}}, .terminal = OutsideHandle{2}}))
                pids.push_back(*root);
        }
        if (!pids.empty())
            kernel.submit(pids[messages.below(static_cast<uint32_t>(pids.size()))], messages.next());
        if (messages.below(8) == 0)
            kernel.advance(now += messages.below(10));
        if (messages.below(16) == 0)
            kernel.outsideInput({1 + messages.below(2)}, {3, 'a', '\n', 4, 26});
        EXPECT_TRUE(kernel.nothingForgotten()) << seed << " " << step;
        while (const std::optional<Reply> reply = kernel.takeReply()) {
            const Bytes bytes = encodeReply(*reply);
            const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            sum = sum * 31 + std::hash<std::string_view>()(text);
        }
        while (const std::optional<Action> action = kernel.takeAction()) {
            if (const auto* started = std::get_if<StartProcess>(&*action))
                pids.push_back(started->pid);
            if (const auto* ended = std::get_if<EndProcess>(&*action))
                std::erase(pids, ended->pid);
        }
    }
    for (const Pid pid : pids)
        kernel.signal(pid, Signal::Kill);
    for (const Pid pid : pids)
        kernel.processKilled(pid, Signal::Kill);
    kernel.outsideEnded({2});
    unlinkAll(kernel);
    EXPECT_EQ(kernel.usage().processes, 0U);
    EXPECT_EQ(kernel.usage().open_files, 0U);
    EXPECT_EQ(kernel.usage().waiting_calls, 0U);
    EXPECT_FALSE(kernel.usage().names_or_locks);
    return sum;
}

TEST(Protocol, TheKernelLivesWhateverComes) {
    for (uint32_t seed = 1; seed <= 10 && !::testing::Test::HasFailure(); ++seed)
        attack(seed);
}

TEST(Protocol, TheSameMessagesHaveTheSameReplies) {
    EXPECT_EQ(attack(77), attack(77));
}

}  // namespace
}  // namespace taipan::kernel
