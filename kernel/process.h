// SPDX-License-Identifier: Apache-2.0
//
// What the kernel knows of one process.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "kernel/descriptor_table.h"
#include "kernel/protocol.h"
#include "kernel/signals.h"

namespace taipan::kernel {

//  Running <-> Stopped
//     |           |
//     +-----------+--> Zombie, until its parent waits for it
enum class ProcessState : uint8_t { Running, Stopped, Zombie };

struct Process {
    Process(Pid own_pid, int32_t descriptor_limit) : pid(own_pid), descriptors(descriptor_limit) {}

    Pid pid;
    Pid parent = kInit;
    Pid group = pid;
    Pid session = pid;
    ProcessState state = ProcessState::Running;
    /// A zombie's, as wait(2) has it.
    int32_t status = 0;
    /// What it has said that it used, and what the children did that it has waited for.
    ResourceUsage own_usage;
    ResourceUsage children_usage;
    /// That it stopped or continued, when nobody has waited for that yet.
    std::optional<int32_t> change;
    bool outside = false;
    std::string directory = "/";
    DescriptorTable descriptors;
    SignalState signals;
    Time timer_interval = 0;
    /// Calls that wait, oldest first.
    std::vector<CallId> calls;
    /// What a stopped process would have been told.
    std::vector<Reply> held_replies;
    WaitQueue children_changed;
    WaitQueue signal_arrived;

    bool alive() const { return state != ProcessState::Zombie; }
};

inline constexpr int32_t kContinuedStatus = 0xffff;
constexpr int32_t exitStatus(int32_t code) {
    return (code & 0xff) << 8;
}
constexpr int32_t signalStatus(Signal signal) {
    return static_cast<int32_t>(signal);
}
constexpr int32_t stopStatus(Signal signal) {
    return (static_cast<int32_t>(signal) << 8) | 0x7f;
}

}  // namespace taipan::kernel
