// SPDX-License-Identifier: Apache-2.0
//
// Random requests of several processes beside a model that knows only what must hold: no byte is lost,
// doubled or out of order, and no token of a semaphore; who can be answered is; every child is reaped once;
// in the end nothing is left.
#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "kernel/process.h"
#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

/// Byte `position` of stream `number` is always the same one.
class Pattern {
  public:
    Pattern() : bytes_(kPeriod + kLongest) {
        std::mt19937 random(7);
        for (size_t at = 0; at < bytes_.size(); ++at)
            bytes_[at] = at < kPeriod ? static_cast<uint8_t>(random()) : bytes_[at - kPeriod];
    }
    std::span<const uint8_t> of(int number, size_t position, size_t count) const {
        return std::span(bytes_).subspan((position + static_cast<size_t>(number) * 977) % kPeriod, count);
    }
    static constexpr size_t kLongest = 300000;

  private:
    static constexpr size_t kPeriod = 65521;
    Bytes bytes_;
};

/// Bytes one way.
struct Stream {
    size_t capacity = kPipeCapacity;
    size_t sent = 0;
    size_t received = 0;
    /// A write that waits.
    size_t pending = 0;
    bool writing = false;
    Pid writer{};
    /// Its writer was killed in the midst of it: how much was sent is not known.
    bool doubtful = false;
    bool shut = false;
};

/// What a descriptor is for: streams to read and to write, or a semaphore; -1 for none.
struct End {
    int in = -1;
    int out = -1;
    int semaphore = -1;
    bool non_blocking = false;
};
using EndRef = std::shared_ptr<End>;

struct Waiting {
    enum class What { Read, Write, Wait, Sleep, Poll, Take } what = What::Read;
    EndRef end;
    size_t size = 0;
    Time deadline = 0;
};

struct Modelled {
    Pid parent;
    std::map<int32_t, EndRef> descriptors;
    std::map<Ticket, Waiting> waiting;
    std::optional<int32_t> status;
    bool stopped = false;
};

class Model {
  public:
    explicit Model(uint32_t seed) : random_(seed) { addRoot(); }

    void step() {
        const Pid pid = anyone();
        switch (below(24)) {
            case 20:
                return stopOrContinue();
            case 21:
                return below(3) == 0 ? openSemaphore(pid) : take(pid);
            case 22:
                return take(pid);
            case 23:
                return below(12) == 0 ? unlinkOne(pid) : give(pid);
            case 0:
                return makePipe(pid);
            case 1:
                return makePair(pid);
            case 2:
                return spawn(pid);
            case 3:
                return closeOne(pid);
            case 4:
                return duplicate(pid);
            case 5:
                return below(3) == 0 ? end(pid) : interrupt(pid);
            case 6:
                return wait(pid);
            case 7:
                return sleep(pid);
            case 8:
                return poll(pid);
            case 9:
                return advance();
            case 10:
                return changeBlocking(pid);
            case 11:
                return below(4) == 0 ? shutdown(pid) : read(pid);
            case 12:
            case 13:
            case 14:
            case 15:
                return write(pid);
            default:
                return read(pid);
        }
    }

    /// What must hold when everything has settled.
    void check() {
        for (const auto& [pid, process] : processes_) {
            for (const auto& [ticket, call] : process.waiting) {
                if (!process.stopped)
                    checkWaiting(pid, call);
            }
        }
    }

    void finish() {
        const Pid last = anyone();
        while (!names_.empty())
            unlinkOne(last);
        while (!alive().empty())
            killOne(alive().front());
        const Usage usage = world_.kernel.usage();
        EXPECT_EQ(usage.processes, 0U);
        EXPECT_EQ(usage.open_files, 0U);
        EXPECT_EQ(usage.waiting_calls, 0U);
        EXPECT_FALSE(usage.names_or_locks);
        EXPECT_FALSE(world_.kernel.nextDeadline());
    }

    size_t bytes() const { return bytes_; }
    size_t reaped() const { return reaped_; }
    size_t taken() const { return taken_; }

  private:
    uint32_t below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

    std::vector<Pid> alive() const {
        std::vector<Pid> pids;
        for (const auto& [pid, process] : processes_) {
            if (!process.status)
                pids.push_back(pid);
        }
        return pids;
    }
    Pid anyone() {
        if (alive().empty())
            addRoot();
        std::vector<Pid> pids = alive();
        std::erase_if(pids, [&](Pid pid) { return processes_[pid].stopped; });
        if (pids.empty())
            return proceed(alive().front());
        return pids[below(static_cast<uint32_t>(pids.size()))];
    }
    void addRoot() {
        add(world_.root(), kInit);
        settle();
    }
    Pid add(Pid pid, Pid parent) {
        EXPECT_FALSE(processes_.contains(pid)) << "a pid is used twice";
        processes_[pid].parent = parent;
        world_.handle(pid, Signal::User1);
        world_.ignore(pid, Signal::Pipe);
        return pid;
    }

    std::optional<int32_t> anyDescriptor(Pid pid) {
        const auto& open = processes_[pid].descriptors;
        if (open.empty())
            return std::nullopt;
        return std::next(open.begin(), below(static_cast<uint32_t>(open.size())))->first;
    }

    int addStream(size_t capacity) {
        streams_.push_back({.capacity = capacity});
        return static_cast<int>(streams_.size()) - 1;
    }
    void open(Pid pid, Descriptor descriptor, const End& end) {
        auto& open = processes_[pid].descriptors;
        int32_t lowest = 0;
        while (open.contains(lowest))
            ++lowest;
        EXPECT_EQ(descriptor.value, lowest);
        open[descriptor.value] = std::make_shared<End>(end);
    }

    void makePipe(Pid pid) {
        if (processes_[pid].descriptors.size() > 20)
            return;
        const auto [reader, writer] = world_.two(pid, MakePipe{});
        const int stream = addStream(kPipeCapacity);
        open(pid, reader, {.in = stream});
        open(pid, writer, {.out = stream});
        settle();
    }

    void makePair(Pid pid) {
        if (processes_[pid].descriptors.size() > 20)
            return;
        const size_t capacity = Limits{}.socket_buffer;
        const int there = addStream(capacity);
        const int back = addStream(capacity);
        Descriptor one;
        Descriptor other;
        if (below(2) == 0)
            std::tie(one, other) = world_.two(pid, MakeSocketPair{SocketType::Stream, 0});
        else
            std::tie(one, other) = connection(pid);
        open(pid, one, {.in = back, .out = there});
        open(pid, other, {.in = there, .out = back});
        settle();
    }

    /// Over the loopback address. The listener's descriptor is free again.
    std::pair<Descriptor, Descriptor> connection(Pid pid) {
        const MakeSocket make{Family::Inet, SocketType::Stream, 0};
        const Descriptor client = world_.descriptor(pid, make);
        const Descriptor listener = world_.descriptor(pid, make);
        world_.value(pid, Listen{listener, 1});
        const auto address = *decode<Address>(world_.call(pid, GetSocketName{listener}).data);
        world_.value(pid, Connect{client, address});
        const Descriptor high = world_.descriptor(pid, Accept{listener, 0});
        world_.value(pid, DuplicateTo{high, listener, false, false});
        world_.value(pid, Close{high});
        return {client, listener};
    }

    void spawn(Pid pid) {
        if (alive().size() > 6)
            return;
        const Pid child = add(world_.spawn(pid), pid);
        processes_[child].descriptors = processes_[pid].descriptors;
        settle();
    }

    void closeOne(Pid pid) {
        if (const auto descriptor = anyDescriptor(pid)) {
            processes_[pid].descriptors.erase(*descriptor);
            world_.value(pid, Close{{*descriptor}});
            settle();
        }
    }

    void duplicate(Pid pid) {
        const auto descriptor = anyDescriptor(pid);
        if (!descriptor || processes_[pid].descriptors.size() > 20)
            return;
        const auto target = static_cast<int32_t>(below(25));
        world_.value(pid, DuplicateTo{{*descriptor}, {target}, false, false});
        processes_[pid].descriptors[target] = processes_[pid].descriptors[*descriptor];
        settle();
    }

    void changeBlocking(Pid pid) {
        if (const auto descriptor = anyDescriptor(pid)) {
            End& end = *processes_[pid].descriptors[*descriptor];
            end.non_blocking = !end.non_blocking;
            world_.value(
                pid,
                Control{{*descriptor}, Control::Command::SetStatus, end.non_blocking ? kNonBlocking : 0U});
        }
    }

    void shutdown(Pid pid) {
        const auto descriptor = anyDescriptor(pid);
        if (!descriptor)
            return;
        const EndRef end = processes_[pid].descriptors[*descriptor];
        if (end->in < 0 || end->out < 0)
            return;
        streams_[static_cast<size_t>(end->out)].shut = true;
        world_.value(pid, Shutdown{{*descriptor}, Shutdown::How::Writing});
        settle();
    }

    void openSemaphore(Pid pid) {
        if (processes_[pid].descriptors.size() > 20)
            return;
        const std::string name = below(2) == 0 ? "/one" : "/other";
        const uint32_t value = below(3);
        const Descriptor descriptor = world_.descriptor(pid, OpenSemaphore{name, kCreate, value});
        // As all else, so that children have it.
        world_.value(pid, Control{descriptor, Control::Command::SetFlags, 0});
        if (!names_.contains(name)) {
            names_[name] = static_cast<int>(tokens_.size());
            tokens_.push_back(value);
        }
        open(pid, descriptor, {.semaphore = names_[name]});
        settle();
    }

    void unlinkOne(Pid pid) {
        if (names_.empty())
            return;
        world_.value(pid, UnlinkSemaphore{names_.begin()->first});
        names_.erase(names_.begin());
        settle();
    }

    std::optional<int32_t> anySemaphore(Pid pid) {
        std::vector<int32_t> found;
        for (const auto& [descriptor, end] : processes_[pid].descriptors) {
            if (end->semaphore >= 0)
                found.push_back(descriptor);
        }
        if (found.empty())
            return std::nullopt;
        return found[below(static_cast<uint32_t>(found.size()))];
    }

    void give(Pid pid) {
        const auto descriptor = anySemaphore(pid);
        if (!descriptor)
            return;
        uint32_t& tokens = tokensOf(*processes_[pid].descriptors[*descriptor]);
        world_.value(pid, PostSemaphore{{*descriptor}});
        ++tokens;
        settle();
        EXPECT_EQ(world_.value(pid, GetSemaphoreValue{{*descriptor}}), int64_t{tokens});
    }

    void take(Pid pid) {
        const auto descriptor = anySemaphore(pid);
        if (!descriptor)
            return;
        constexpr Time kNever = std::numeric_limits<Time>::max();
        const int64_t time = std::array<int64_t, 3>{-1, 0, 1 + below(100)}[below(3)];
        post(pid, WaitSemaphore{{*descriptor}, time},
             {Waiting::What::Take, processes_[pid].descriptors[*descriptor], 0,
              time < 0 ? kNever : now_ + time});
    }

    uint32_t& tokensOf(const End& end) { return tokens_[static_cast<size_t>(end.semaphore)]; }

    void read(Pid pid) {
        const auto descriptor = anyDescriptor(pid);
        if (!descriptor || processes_[pid].descriptors[*descriptor]->in < 0)
            return;
        const uint32_t size = 1 + below(below(3) == 0 ? 100000 : 3000);
        post(pid, Read{{*descriptor}, size},
             {Waiting::What::Read, processes_[pid].descriptors[*descriptor], size});
    }

    void write(Pid pid) {
        const auto descriptor = anyDescriptor(pid);
        if (!descriptor || processes_[pid].descriptors[*descriptor]->out < 0)
            return;
        const EndRef end = processes_[pid].descriptors[*descriptor];
        Stream& stream = streams_[static_cast<size_t>(end->out)];
        if (stream.writing || stream.doubtful)
            return;
        constexpr std::array<uint32_t, 5> kSizes = {20, 4096, 5000, 70000, 250000};
        const uint32_t size = 1 + below(kSizes[below(5)]);
        const auto data = pattern_.of(end->out, stream.sent, size);
        stream.writing = true;
        stream.writer = pid;
        stream.pending = size;
        post(pid, Write{{*descriptor}, Bytes(data.begin(), data.end())}, {Waiting::What::Write, end, size});
    }

    void wait(Pid pid) { post(pid, Wait{{-1}, 0}, {Waiting::What::Wait, nullptr}); }

    void sleep(Pid pid) {
        const auto time = static_cast<int64_t>(1 + below(100));
        post(pid, Sleep{time, false}, {Waiting::What::Sleep, nullptr, 0, now_ + time});
    }

    void poll(Pid pid) {
        if (const auto descriptor = anyDescriptor(pid)) {
            const EndRef end = processes_[pid].descriptors[*descriptor];
            const auto time = static_cast<int64_t>(1 + below(100));
            post(pid, Poll{{{{*descriptor}, kReadable}}, time, {}},
                 {Waiting::What::Poll, end, 0, now_ + time});
        }
    }

    void stopOrContinue() {
        const std::vector<Pid> pids = alive();
        const Pid pid = pids.empty() ? anyone() : pids[below(static_cast<uint32_t>(pids.size()))];
        if (processes_[pid].stopped) {
            proceed(pid);
            return;
        }
        processes_[pid].stopped = true;
        world_.kernel.signal(pid, Signal::Stop);
        settle();
    }
    Pid proceed(Pid pid) {
        processes_[pid].stopped = false;
        world_.kernel.signal(pid, Signal::Continue);
        settle();
        return pid;
    }

    void advance() {
        now_ += below(60);
        world_.kernel.advance(now_);
        settle();
    }

    /// With a signal, which has a handler.
    void interrupt(Pid pid) {
        interrupted_ = pid;
        world_.kernel.signal(pid, Signal::User1);
        settle();
        EXPECT_TRUE(processes_[pid].waiting.empty());
        interrupted_ = {};
    }

    void end(Pid pid) {
        if (below(2) == 0) {
            over(pid, exitStatus(5));
            world_.exit(pid, 5);
            settle();
        } else {
            killOne(pid);
        }
    }
    void killOne(Pid pid) {
        over(pid, signalStatus(Signal::Kill));
        world_.kernel.signal(pid, Signal::Kill);
        settle();
    }

    void over(Pid pid, int32_t status) {
        Modelled& process = processes_[pid];
        for (const auto& [ticket, call] : process.waiting) {
            if (call.what == Waiting::What::Write)
                streams_[static_cast<size_t>(call.end->out)].doubtful = true;
        }
        process.waiting.clear();
        process.descriptors.clear();
        process.status = status;
        for (auto& [child, other] : processes_) {
            if (other.parent == pid)
                other.parent = kInit;
        }
        std::erase_if(processes_, [&](const auto& entry) {
            return entry.first != pid && entry.second.parent == kInit && entry.second.status;
        });
        if (process.parent == kInit)
            processes_.erase(pid);
    }

    void post(Pid pid, const Request& request, Waiting waiting) {
        const Ticket ticket = world_.post(pid, request);
        processes_[pid].waiting[ticket] = std::move(waiting);
        settle();
    }

    /// Takes what has been answered, in the order it was.
    void settle() {
        world_.collect();
        for (const auto& [pid, ticket] : world_.takeOrder()) {
            const auto process = processes_.find(pid);
            if (process == processes_.end())
                continue;
            const auto call = process->second.waiting.find(ticket);
            if (call == process->second.waiting.end())
                continue;
            const Waiting waiting = std::move(call->second);
            process->second.waiting.erase(call);
            answered(pid, ticket, waiting, *world_.answer(pid, ticket));
        }
        check();
    }

    void answered(Pid pid, Ticket ticket, const Waiting& call, const Answer& answer) {
        EXPECT_FALSE(processes_.at(pid).stopped) << "a stopped process was answered";
        if (answer.error == Errno::Interrupted) {
            EXPECT_EQ(pid, interrupted_);
            if (call.what == Waiting::What::Write)
                wrote(call, 0);
            return;
        }
        switch (call.what) {
            case Waiting::What::Read:
                return readAnswered(call, answer);
            case Waiting::What::Write:
                return writeAnswered(pid, call, answer);
            case Waiting::What::Wait:
                return waitAnswered(pid, answer);
            case Waiting::What::Sleep:
                EXPECT_GE(now_, call.deadline);
                return;
            case Waiting::What::Poll:
                EXPECT_TRUE(answer.value == 1 || now_ >= call.deadline);
                return;
            case Waiting::What::Take:
                return takeAnswered(ticket, call, answer);
        }
    }

    void takeAnswered(Ticket ticket, const Waiting& call, const Answer& answer) {
        uint32_t& tokens = tokensOf(*call.end);
        if (answer.error == Errno::Again || answer.error == Errno::TimedOut) {
            EXPECT_EQ(tokens, 0U) << "a token was lost";
            EXPECT_GE(now_, call.deadline);
            return;
        }
        ASSERT_EQ(answer.error, Errno::None);
        ASSERT_GT(tokens, 0U) << "a token was doubled";
        --tokens;
        ++taken_;
        for (const auto& [pid, process] : processes_) {
            for (const auto& [other, earlier] : process.waiting) {
                const bool same =
                    earlier.what == Waiting::What::Take && earlier.end->semaphore == call.end->semaphore;
                EXPECT_FALSE(same && other < ticket && !process.stopped) << "somebody was passed over";
            }
        }
    }

    void readAnswered(const Waiting& call, const Answer& answer) {
        Stream& stream = streams_[static_cast<size_t>(call.end->in)];
        if (answer.error == Errno::Again) {
            EXPECT_TRUE(call.end->non_blocking);
            // More may have been received than is known to be sent: of a write that waits.
            EXPECT_TRUE(stream.doubtful || stream.sent <= stream.received);
            return;
        }
        if (answer.error == Errno::ConnectionReset) {
            EXPECT_TRUE(stream.doubtful || stream.sent == stream.received) << "bytes were lost";
            EXPECT_EQ(writers(call.end->in), 0U);
            return;
        }
        ASSERT_EQ(answer.error, Errno::None);
        const auto found = answer.data.view();
        if (found.empty()) {
            EXPECT_TRUE(stream.doubtful || stream.sent == stream.received) << "bytes were lost";
            EXPECT_TRUE(stream.shut || writers(call.end->in) == 0);
            return;
        }
        ASSERT_LE(found.size(), call.size);
        const auto expected = pattern_.of(call.end->in, stream.received, found.size());
        ASSERT_EQ(std::memcmp(found.data(), expected.data(), found.size()), 0) << "bytes are not those sent";
        stream.received += found.size();
        bytes_ += found.size();
        ASSERT_LE(stream.received, stream.sent + stream.pending);
    }

    void wrote(const Waiting& call, size_t count) {
        Stream& stream = streams_[static_cast<size_t>(call.end->out)];
        stream.sent += count;
        stream.writing = false;
        stream.pending = 0;
    }

    void writeAnswered(Pid pid, const Waiting& call, const Answer& answer) {
        Stream& stream = streams_[static_cast<size_t>(call.end->out)];
        const bool nobody = stream.shut || readers(call.end->out) == 0;
        if (answer.error == Errno::Again) {
            EXPECT_TRUE(call.end->non_blocking);
            EXPECT_GT(stream.sent - stream.received + call.size, stream.capacity);
        } else if (answer.error == Errno::BrokenPipe || answer.error == Errno::ConnectionReset) {
            EXPECT_TRUE(nobody);
        } else {
            ASSERT_EQ(answer.error, Errno::None);
            const auto count = static_cast<size_t>(answer.value);
            EXPECT_TRUE(count == call.size || call.end->non_blocking || nobody || pid == interrupted_);
        }
        wrote(call, answer.error == Errno::None ? static_cast<size_t>(answer.value) : 0);
    }

    void waitAnswered(Pid pid, const Answer& answer) {
        if (answer.error == Errno::NoChild) {
            EXPECT_TRUE(children(pid).empty());
            return;
        }
        const Pid child{static_cast<int32_t>(answer.value)};
        ASSERT_TRUE(processes_.contains(child)) << "reaped twice";
        EXPECT_EQ(processes_[child].parent, pid);
        EXPECT_EQ(processes_[child].status, static_cast<int32_t>(answer.second));
        processes_.erase(child);
        ++reaped_;
    }

    std::vector<const Modelled*> children(Pid pid) const {
        std::vector<const Modelled*> found;
        for (const auto& [child, process] : processes_) {
            if (process.parent == pid)
                found.push_back(&process);
        }
        return found;
    }

    /// Descriptors of all processes, and calls that wait, which hold their files too.
    template <class Condition>
    size_t count(Condition condition) const {
        size_t found = 0;
        for (const auto& [pid, process] : processes_) {
            for (const auto& [descriptor, end] : process.descriptors)
                found += condition(*end) ? 1U : 0U;
            for (const auto& [ticket, call] : process.waiting)
                found += call.end != nullptr && condition(*call.end) ? 1U : 0U;
        }
        return found;
    }
    size_t readers(int stream) const {
        return count([=](const End& end) { return end.in == stream; });
    }
    size_t writers(int stream) const {
        return count([=](const End& end) { return end.out == stream; });
    }

    void checkWaiting(Pid pid, const Waiting& call) {
        const auto empty = [&](const Stream& stream) {
            return stream.doubtful || stream.sent <= stream.received;
        };
        switch (call.what) {
            case Waiting::What::Read:
            case Waiting::What::Poll: {
                EXPECT_TRUE(call.end->semaphore < 0 || tokensOf(*call.end) == 0) << "a poll was forgotten";
                if (call.end->in < 0)
                    break;
                const Stream& stream = streams_[static_cast<size_t>(call.end->in)];
                EXPECT_TRUE(empty(stream)) << "a reader was forgotten";
                EXPECT_FALSE(stream.writing && !stream.doubtful && !processes_.at(stream.writer).stopped)
                    << "reader and writer wait for each other";
                EXPECT_FALSE(stream.shut || writers(call.end->in) == 0) << "the end was forgotten";
                break;
            }
            case Waiting::What::Write: {
                const Stream& stream = streams_[static_cast<size_t>(call.end->out)];
                EXPECT_GT(stream.sent - stream.received + call.size, stream.capacity)
                    << "a writer was forgotten";
                EXPECT_GT(readers(call.end->out), 0U) << "a broken pipe was forgotten";
                break;
            }
            case Waiting::What::Wait:
                EXPECT_FALSE(children(pid).empty());
                EXPECT_TRUE(std::ranges::none_of(children(pid), [](const Modelled* child) {
                    return child->status.has_value();
                })) << "a zombie was forgotten";
                break;
            case Waiting::What::Take:
                EXPECT_EQ(tokensOf(*call.end), 0U) << "a token was forgotten";
                break;
            case Waiting::What::Sleep:
                break;
        }
        EXPECT_TRUE(call.deadline == 0 || now_ < call.deadline) << "a deadline was forgotten";
    }

    std::mt19937 random_;
    Pattern pattern_;
    testing::World world_;
    std::map<Pid, Modelled> processes_;
    std::vector<Stream> streams_;
    /// What each semaphore has, and which has a name.
    std::vector<uint32_t> tokens_;
    std::map<std::string, int> names_;
    Time now_ = 0;
    Pid interrupted_;
    size_t bytes_ = 0;
    size_t reaped_ = 0;
    size_t taken_ = 0;
};

TEST(Property, NothingIsLostDoubledOrForgotten) {
    size_t bytes = 0;
    size_t reaped = 0;
    size_t taken = 0;
    for (uint32_t seed = 1; seed <= 12; ++seed) {
        SCOPED_TRACE(seed);
        Model model(seed);
        for (int step = 0; step < 1000 && !::testing::Test::HasFailure(); ++step) {
            SCOPED_TRACE(step);
            model.step();
        }
        if (::testing::Test::HasFailure())
            return;
        model.finish();
        bytes += model.bytes();
        reaped += model.reaped();
        taken += model.taken();
    }
    // That the walk goes anywhere.
    EXPECT_GT(bytes, 1'000'000U);
    EXPECT_GT(reaped, 50U);
    EXPECT_GT(taken, 100U);
}

}  // namespace
}  // namespace taipan::kernel
