// SPDX-License-Identifier: Apache-2.0
//
// A host and its processes for tests: every request goes as a message, and after each none may have been
// forgotten.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/channel.h"
#include "kernel/codec.h"
#include "kernel/kernel.h"
#include "kernel/process.h"

namespace taipan::kernel::testing {

class World {
  public:
    explicit World(const Limits& limits = {}) : kernel(limits) {}

    Pid root() { return *kernel.addRoot({}); }

    Ticket post(Pid pid, const Request& request) {
        const Ticket ticket{++last_ticket_};
        kernel.submit(pid, encodeRequest(ticket, request));
        collect();
        return ticket;
    }

    /// Nothing while it waits; an answer is given once.
    std::optional<Answer> answer(Pid pid, Ticket ticket) {
        collect();
        const auto found = answers_.find({pid, ticket});
        if (found == answers_.end())
            return std::nullopt;
        Answer taken = std::move(found->second);
        answers_.erase(found);
        return taken;
    }

    /// Of a call that does not wait.
    Answer call(Pid pid, const Request& request) {
        std::optional<Answer> answered = answer(pid, post(pid, request));
        EXPECT_TRUE(answered.has_value()) << "the call waits";
        return answered.value_or(Answer{.error = Errno::Again, .value = -1});
    }
    int64_t value(Pid pid, const Request& request) {
        const Answer answered = call(pid, request);
        EXPECT_EQ(answered.error, Errno::None);
        return answered.value;
    }
    Errno error(Pid pid, const Request& request) { return call(pid, request).error; }

    std::pair<Descriptor, Descriptor> two(Pid pid, const Request& request) {
        const Answer answered = call(pid, request);
        EXPECT_EQ(answered.error, Errno::None);
        return {Descriptor{static_cast<int32_t>(answered.value)},
                Descriptor{static_cast<int32_t>(answered.second)}};
    }
    Descriptor descriptor(Pid pid, const Request& request) {
        return {static_cast<int32_t>(value(pid, request))};
    }
    Pid spawn(Pid parent, const Spawn& spawn = {}) { return {static_cast<int32_t>(value(parent, spawn))}; }
    std::string read(Pid pid, Descriptor descriptor, uint32_t count = 1 << 20) {
        const Answer answered = call(pid, Read{descriptor, count});
        EXPECT_EQ(answered.error, Errno::None);
        return std::string(answered.data.text());
    }
    int64_t write(Pid pid, Descriptor descriptor, std::string_view text) {
        return value(pid, Write{descriptor, Slice(text)});
    }

    void exit(Pid pid, int32_t status = 0) { post(pid, Exit{status}); }
    void kill(Pid sender, Pid target, Signal signal) {
        EXPECT_EQ(error(sender, Kill{target, static_cast<int32_t>(signal)}), Errno::None);
    }
    void handle(Pid pid, Signal signal, uint32_t flags = 0) {
        const auto handler = static_cast<uint8_t>(Disposition::Handler);
        value(pid, SetAction{static_cast<int32_t>(signal), handler, flags});
    }
    void ignore(Pid pid, Signal signal) {
        value(pid, SetAction{static_cast<int32_t>(signal), static_cast<uint8_t>(Disposition::Ignore), 0});
    }
    Identity identity(Pid pid) { return *decode<Identity>(call(pid, GetIdentity{}).data); }

    /// All actions of the kind since the last time.
    template <class T>
    std::vector<T> actions() {
        collect();
        std::vector<T> found;
        std::vector<Action> others;
        for (Action& action : std::exchange(actions_, {})) {
            if (T* one = std::get_if<T>(&action))
                found.push_back(std::move(*one));
            else
                others.push_back(std::move(action));
        }
        actions_ = std::move(others);
        return found;
    }

    std::vector<uint32_t> poll(Pid pid, const std::vector<PollEntry>& entries) {
        return *decodeList<uint32_t>(call(pid, Poll{entries, 0, {}}).data, entries.size());
    }
    template <class T>
    static std::optional<std::vector<T>> decodeList(const Slice& data, size_t count) {
        Decoder decoder(data);
        std::vector<T> list(count);
        for (T& element : list)
            decoder.take(element);
        return decoder.done() ? std::optional(list) : std::nullopt;
    }

    /// What was answered since the last time, in this order.
    std::vector<std::pair<Pid, Ticket>> takeOrder() { return std::exchange(order_, {}); }

    /// How often shared blocks had been changed, as the last reply told.
    uint64_t shared() const { return shared_; }

    void collect() {
        EXPECT_TRUE(kernel.nothingForgotten());
        while (std::optional<Reply> reply = kernel.takeReply()) {
            // As the process would see it.
            const std::optional<Reply> decoded = decodeReply(encodeReply(*reply));
            ASSERT_TRUE(decoded.has_value());
            EXPECT_TRUE(answers_.emplace(std::pair{reply->pid, reply->ticket}, decoded->answer).second);
            order_.emplace_back(reply->pid, reply->ticket);
            shared_ = decoded->shared;
        }
        while (std::optional<Action> action = kernel.takeAction())
            actions_.push_back(std::move(*action));
    }

    Kernel kernel;

  private:
    uint32_t last_ticket_ = 0;
    uint64_t shared_ = 0;
    std::map<std::pair<Pid, Ticket>, Answer> answers_;
    std::vector<Action> actions_;
    std::vector<std::pair<Pid, Ticket>> order_;
};

}  // namespace taipan::kernel::testing
