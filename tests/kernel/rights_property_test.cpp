// SPDX-License-Identifier: Apache-2.0
//
// Random descriptors in random messages, sockets in their own queues too, beside a model that knows who can
// reach what: exactly that is open, and each message arrives with its own.
#include <deque>
#include <map>
#include <random>
#include <set>

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

/// A socket, with the messages for it, or the end of a pipe.
struct Thing {
    enum class What { Stream, Datagram, Pipe } what = What::Pipe;
    size_t peer = 0;
    std::deque<std::vector<size_t>> queue{};
};

class Model {
  public:
    explicit Model(uint32_t seed) : random_(seed) { add(world_.root()); }

    void step() {
        const Pid pid = anyone();
        switch (below(10)) {
            case 0:
                return make(pid);
            case 1:
                return below(3) == 0 ? spawn(pid) : exit(pid);
            case 2:
            case 3:
                return close(pid);
            case 4:
            case 5:
            case 6:
                return receive(pid);
            default:
                return send(pid);
        }
    }

    void check() {
        const std::set<size_t> open = reachable();
        EXPECT_EQ(world_.kernel.usage().open_files, open.size());
        for (size_t thing = 0; thing < things_.size(); ++thing) {
            if (!open.contains(thing))
                things_[thing].queue.clear();
        }
    }

    void finish() {
        while (processes_.size() > 1)
            end(processes_.begin()->first);
        const Pid last = processes_.begin()->first;
        while (!processes_[last].empty())
            close(last);
        check();
        EXPECT_EQ(world_.kernel.usage().open_files, 0U);
    }

    size_t received() const { return received_; }
    size_t lost() const { return lost_; }

  private:
    uint32_t below(size_t limit) { return static_cast<uint32_t>(random_() % limit); }
    void add(Pid pid) { processes_[pid]; }
    Pid anyone() { return std::next(processes_.begin(), below(processes_.size()))->first; }

    std::set<size_t> reachable() const {
        std::vector<size_t> next;
        for (const auto& [pid, descriptors] : processes_) {
            for (const auto& [descriptor, thing] : descriptors)
                next.push_back(thing);
        }
        std::set<size_t> found;
        while (!next.empty()) {
            const size_t thing = next.back();
            next.pop_back();
            if (!found.insert(thing).second)
                continue;
            for (const auto& message : things_[thing].queue)
                next.insert(next.end(), message.begin(), message.end());
        }
        return found;
    }

    std::optional<int32_t> any(Pid pid) {
        const auto& open = processes_[pid];
        if (open.empty())
            return std::nullopt;
        return std::next(open.begin(), below(open.size()))->first;
    }

    void open(Pid pid, Descriptor descriptor, size_t thing) {
        auto& open = processes_[pid];
        int32_t lowest = 0;
        while (open.contains(lowest))
            ++lowest;
        EXPECT_EQ(descriptor.value, lowest);
        open[descriptor.value] = thing;
    }

    void make(Pid pid) {
        if (processes_[pid].size() > 12)
            return;
        const auto what = static_cast<Thing::What>(below(3));
        const size_t first = things_.size();
        things_.push_back({what, first + 1});
        things_.push_back({what, first});
        const auto type = what == Thing::What::Stream ? SocketType::Stream : SocketType::Datagram;
        const auto [one, other] = what == Thing::What::Pipe ? world_.two(pid, MakePipe{})
                                                            : world_.two(pid, MakeSocketPair{type, 0});
        open(pid, one, first);
        open(pid, other, first + 1);
    }

    void spawn(Pid pid) {
        if (processes_.size() > 3)
            return;
        const Pid child = world_.spawn(pid);
        add(child);
        // What came in a message is close-on-exec.
        for (const auto& [descriptor, thing] : processes_[pid]) {
            if (world_.value(pid, Control{{descriptor}}) == 0)
                processes_[child][descriptor] = thing;
        }
    }
    void exit(Pid pid) {
        if (processes_.size() > 1 && below(4) == 0)
            end(pid);
    }
    void end(Pid pid) {
        noteLost(pid, {});
        processes_.erase(pid);
        world_.exit(pid);
    }

    void close(Pid pid) {
        if (const auto descriptor = any(pid)) {
            noteLost(pid, descriptor);
            processes_[pid].erase(*descriptor);
            world_.value(pid, Close{{*descriptor}});
        }
    }

    /// Counts sockets that go though messages still have them: that the walk finds any.
    void noteLost(Pid pid, std::optional<int32_t> descriptor) {
        const std::set<size_t> before = reachable();
        const auto kept = processes_[pid];
        if (descriptor)
            processes_[pid].erase(*descriptor);
        else
            processes_[pid].clear();
        const std::set<size_t> after = reachable();
        processes_[pid] = kept;
        for (const size_t thing : before) {
            for (const auto& message : things_[thing].queue) {
                for (const size_t carried : message)
                    lost_ += !after.contains(carried) && things_[carried].what != Thing::What::Pipe ? 1U : 0U;
            }
        }
    }

    void send(Pid pid) {
        const auto descriptor = any(pid);
        if (!descriptor)
            return;
        const size_t thing = processes_[pid][*descriptor];
        const Thing sender = things_[thing];
        if (sender.what == Thing::What::Pipe || things_[sender.peer].queue.size() > 6)
            return;
        Send request{.descriptor = {*descriptor}, .flags = kNoSignal | kDontWait, .data = Bytes{1}};
        std::vector<size_t> carried;
        for (uint32_t left = below(4); left > 0; --left) {
            request.rights.push_back({*any(pid)});
            carried.push_back(processes_[pid][request.rights.back().value]);
        }
        const bool is_alive = reachable().contains(sender.peer);
        const Answer answer = world_.call(pid, request);
        if (is_alive) {
            EXPECT_EQ(answer.error, Errno::None);
            things_[sender.peer].queue.push_back(carried);
        } else {
            EXPECT_EQ(answer.error,
                      sender.what == Thing::What::Stream ? Errno::BrokenPipe : Errno::ConnectionRefused);
        }
    }

    void receive(Pid pid) {
        const auto descriptor = any(pid);
        if (!descriptor || processes_[pid].size() > 12)
            return;
        Thing& thing = things_[processes_[pid][*descriptor]];
        if (thing.what == Thing::What::Pipe)
            return;
        const bool is_stream = thing.what == Thing::What::Stream;
        const bool peeks = below(4) == 0;
        const uint32_t count = 1 + below(4);
        const uint32_t room = below(4);
        const Answer answer =
            world_.call(pid, Receive{{*descriptor}, kDontWait | (peeks ? kPeek : 0U), count, false, room});
        if (thing.queue.empty()) {
            const bool is_over = is_stream && !reachable().contains(thing.peer);
            const bool is_end = answer.error == Errno::None || answer.error == Errno::ConnectionReset;
            EXPECT_TRUE(is_over ? is_end : answer.error == Errno::Again);
            return;
        }
        ASSERT_EQ(answer.error, Errno::None);
        // A stream's messages up to the first that carries something.
        size_t messages = 0;
        std::vector<size_t> carried;
        while (messages < thing.queue.size() && messages < (is_stream ? count : 1U) && carried.empty())
            carried = thing.queue[messages++];
        EXPECT_EQ(answer.value, static_cast<int64_t>(messages));
        if (!peeks)
            thing.queue.erase(thing.queue.begin(),
                              thing.queue.begin() + static_cast<std::ptrdiff_t>(messages));
        Slice data = answer.data;
        const auto ancillary = *decode<Ancillary>(data.takeFront(static_cast<size_t>(answer.second)));
        EXPECT_EQ(ancillary.truncated, carried.size() > room);
        ASSERT_EQ(ancillary.received.size(), std::min<size_t>(carried.size(), room));
        for (size_t at = 0; at < ancillary.received.size(); ++at)
            open(pid, ancillary.received[at].descriptor, carried[at]);
        received_ += ancillary.received.size();
    }

    std::mt19937 random_;
    testing::World world_;
    std::map<Pid, std::map<int32_t, size_t>> processes_;
    std::vector<Thing> things_;
    size_t received_ = 0;
    size_t lost_ = 0;
};

TEST(RightsProperty, WhatCanBeReachedIsOpenAndNothingElse) {
    size_t received = 0;
    size_t lost = 0;
    for (uint32_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE(seed);
        Model model(seed);
        for (int step = 0; step < 600 && !::testing::Test::HasFailure(); ++step) {
            SCOPED_TRACE(step);
            model.step();
            model.check();
        }
        if (::testing::Test::HasFailure())
            return;
        model.finish();
        received += model.received();
        lost += model.lost();
    }
    // That the walk goes anywhere.
    EXPECT_GT(received, 400U);
    EXPECT_GT(lost, 100U);
}

}  // namespace
}  // namespace taipan::kernel
