// SPDX-License-Identifier: Apache-2.0
//
// What a process has decided about signals, and which wait for it. Sending and dying are system.h's.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "kernel/ids.h"
#include "kernel/result.h"

namespace taipan::kernel {

enum class Signal : int32_t {
    None = 0,
    HangUp = 1,
    Interrupt = 2,
    Quit = 3,
    Abort = 6,
    Kill = 9,
    User1 = 10,
    Segmentation = 11,
    User2 = 12,
    Pipe = 13,
    Alarm = 14,
    Terminate = 15,
    Child = 17,
    Continue = 18,
    Stop = 19,
    TerminalStop = 20,
    TerminalInput = 21,
    TerminalOutput = 22,
    Urgent = 23,
    WindowChange = 28,
    BadCall = 31,
    Last = 64,
};

/// A set of signals as sigset_t has it: signal n is bit n - 1.
class SignalSet {
  public:
    constexpr SignalSet() = default;
    explicit constexpr SignalSet(uint64_t bits) : bits_(bits) {}
    constexpr SignalSet(std::initializer_list<Signal> signals) {
        for (const Signal signal : signals)
            add(signal);
    }
    constexpr bool has(Signal signal) const { return (bits_ & bit(signal)) != 0; }
    constexpr void add(Signal signal) { bits_ |= bit(signal); }
    constexpr void remove(Signal signal) { bits_ &= ~bit(signal); }
    constexpr uint64_t bits() const { return bits_; }
    constexpr SignalSet without(SignalSet other) const { return SignalSet(bits_ & ~other.bits_); }
    constexpr SignalSet with(SignalSet other) const { return SignalSet(bits_ | other.bits_); }
    constexpr SignalSet common(SignalSet other) const { return SignalSet(bits_ & other.bits_); }
    constexpr bool empty() const { return bits_ == 0; }
    std::optional<Signal> first() const;

  private:
    static constexpr uint64_t bit(Signal signal) {
        return uint64_t{1} << (static_cast<uint32_t>(signal) - 1U);
    }
    uint64_t bits_ = 0;
};

enum class Disposition : uint8_t { Default = 0, Ignore = 1, Handler = 2 };

enum ActionFlags : uint32_t {
    kNoChildStop = 1,
    kNoChildWait = 2,
    kRestart = 0x1000'0000,
    kResetHandler = 0x8000'0000,
};

struct SignalAction {
    Disposition disposition = Disposition::Default;
    uint32_t flags = 0;
};

enum class Effect : uint8_t { Ignore, Terminate, Stop, Continue, Handle };

bool isSignal(int32_t number);

class SignalState {
  public:
    const SignalAction& action(Signal signal) const { return actions_[static_cast<size_t>(signal)]; }
    /// KILL and STOP cannot be caught; what is ignored from now on is no longer pending.
    Result<SignalAction> setAction(Signal signal, SignalAction action);
    Effect effect(Signal signal) const;
    void setBlocked(SignalSet blocked);
    SignalSet blocked() const { return blocked_; }
    SignalSet pending() const { return pending_; }
    void add(Signal signal, Pid sender);
    /// No longer pending; who sent it.
    Pid take(Signal signal);
    void discard(SignalSet signals) { pending_ = pending_.without(signals); }
    /// For a new program: handlers are gone, what was ignored stays so.
    SignalState inherited(SignalSet pending = {}) const;

  private:
    std::array<SignalAction, static_cast<size_t>(Signal::Last) + 1> actions_{};
    SignalSet pending_;
    SignalSet blocked_;
    std::map<Signal, Pid> senders_;
};

/// Neither blocked, nor handled, nor waited for.
inline constexpr SignalSet kUncatchable{Signal::Kill, Signal::Stop};
inline constexpr SignalSet kStopSignals{Signal::Stop, Signal::TerminalStop, Signal::TerminalInput,
                                        Signal::TerminalOutput};

}  // namespace taipan::kernel
