// SPDX-License-Identifier: Apache-2.0
//
// The kernel as its host sees it. The host brings requests, events and the time, and after each takes away
// all replies and actions there are. The same calls in the same order give the same replies and actions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/actions.h"
#include "kernel/limits.h"
#include "kernel/outside.h"
#include "kernel/protocol.h"

namespace taipan::kernel {

class System;

/// A process that no other started. It leads a session of its own.
struct Root {
    struct Opened {
        Descriptor descriptor{};
        OutsideFile file;
    };
    /// One of the host's choice, or the next.
    std::optional<Pid> pid{};
    std::string directory = "/";
    std::vector<Opened> descriptors{};
    /// A terminal at which the host sits under this handle: descriptors 0, 1 and 2, and the controlling
    /// terminal.
    std::optional<OutsideHandle> terminal{};
};

/// What is in use; all zero when all processes are gone. Names of semaphores and blocks stay until they are
/// unlinked.
struct Usage {
    size_t processes = 0;
    size_t open_files = 0;
    size_t waiting_calls = 0;
    bool names_or_locks = false;
};

class Kernel {
  public:
    explicit Kernel(const Limits& limits = {});
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    ~Kernel();

    /// The host starts it itself.
    Result<Pid> addRoot(const Root& root);
    /// A descriptor for what the host has opened for the process.
    Result<Descriptor> addOutside(Pid pid, const OutsideFile& file, bool close_on_exec);

    void submit(Pid pid, Ticket ticket, Request request);
    /// A message of protocol.h. One that is none ends the process, as by SIGSYS.
    void submit(Pid pid, Bytes message);

    /// Calls that wait too long and alarms; time never goes back.
    void advance(Time now);
    std::optional<Time> nextDeadline() const;

    // Events of the host. What names nothing that exists is no event.
    void processExited(Pid pid, int32_t code);
    /// Its Worker trapped, or its own process was ended by the signal.
    void processKilled(Pid pid, Signal signal);
    void signal(Pid pid, Signal signal);
    /// Of a stream that was asked for with ReadOutside, or typed at a terminal.
    void outsideInput(OutsideHandle handle, Bytes data);
    void outsideEnded(OutsideHandle handle);
    void outsideWritten(OutsideHandle handle, size_t count);
    /// To KeepFile: by which handle the host has the file now, or why it does not.
    void fileKept(uint32_t number, Result<OutsideHandle> handle);
    void resizeTerminal(OutsideHandle handle, uint16_t rows, uint16_t columns);

    std::optional<Reply> takeReply();
    std::optional<Action> takeAction();

    Usage usage() const;
    /// For tests: false when a waiting call could have been answered.
    bool nothingForgotten();

  private:
    void refuse(Pid pid);

    std::unique_ptr<System> system_;
};

}  // namespace taipan::kernel
