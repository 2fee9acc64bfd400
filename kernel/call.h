// SPDX-License-Identifier: Apache-2.0
//
// A request on its way to an answer. It is tried when it comes, and again whenever what it waits for has
// changed.
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "kernel/open_file.h"
#include "kernel/protocol.h"
#include "kernel/rights.h"
#include "kernel/signals.h"

namespace taipan::kernel {

class Call final : public Listener {
  public:
    Call(CallId own_id, Pid caller, Ticket its_ticket, Request what, std::deque<CallId>& ready)
        : id(own_id), pid(caller), ticket(its_ticket), request(std::move(what)), ready_(ready) {}

    void changed(uint32_t /*events*/) override { tryAgain(); }
    void tryAgain() {
        if (!std::exchange(noted_, true))
            ready_.push_back(id);
    }
    void beginAttempt() { noted_ = false; }

    const CallId id;
    const Pid pid;
    const Ticket ticket;
    Request request;
    /// What its descriptors meant when it came; they may be closed while it waits.
    std::vector<FileRef> files;
    /// What it is to send of them, until that is on its way.
    RightsRef rights;
    bool resolved = false;
    /// Bytes that are already done, or were there when a terminal was last looked at.
    size_t progress = 0;
    /// Whether it may wait, as O_NONBLOCK was when it came.
    std::optional<bool> blocking;
    bool timed = false;
    /// It has waited before.
    bool parked = false;
    bool expired = false;
    /// It is being tried right now.
    bool active = false;
    /// A handler is to run, with or without SA_RESTART, since the attempt began.
    std::optional<bool> interrupted;
    /// Its process is over: nobody waits for the answer.
    bool dropped = false;
    /// The mask to have again after ppoll and sigsuspend.
    std::optional<SignalSet> saved_mask;

  private:
    std::deque<CallId>& ready_;
    bool noted_ = false;
};

/// What an attempt came to: an answer, or nothing yet.
class Outcome {
  public:
    Outcome(Answer answer) : answer_(std::move(answer)) {}                              // NOLINT: is one
    Outcome(std::unexpected<Errno> error) : answer_(Answer{.error = error.error()}) {}  // NOLINT: is one
    Outcome(int64_t value) : answer_(Answer{.value = value}) {}                         // NOLINT: is one
    static Outcome wait() {
        Outcome nothing{Answer{}};
        nothing.waits_ = true;
        return nothing;
    }
    static Outcome done() { return Answer{}; }

    bool waits() const { return waits_; }
    Answer take() { return std::move(answer_); }

  private:
    Answer answer_;
    bool waits_ = false;
};

}  // namespace taipan::kernel
