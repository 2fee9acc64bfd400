// SPDX-License-Identifier: Apache-2.0
//
// The rules of sigaction and of each signal's default.
#include "kernel/signals.h"

#include <bit>
#include <utility>

namespace taipan::kernel {

namespace {

constexpr SignalSet kIgnoredByDefault{Signal::Child, Signal::Urgent, Signal::WindowChange};

Effect defaultEffect(Signal signal) {
    if (signal == Signal::Continue)
        return Effect::Continue;
    if (kStopSignals.has(signal))
        return Effect::Stop;
    return kIgnoredByDefault.has(signal) ? Effect::Ignore : Effect::Terminate;
}

}  // namespace

std::optional<Signal> SignalSet::first() const {
    if (bits_ == 0)
        return std::nullopt;
    return static_cast<Signal>(std::countr_zero(bits_) + 1);
}

bool isSignal(int32_t number) {
    return number > 0 && number <= static_cast<int32_t>(Signal::Last);
}

Effect SignalState::effect(Signal signal) const {
    const Disposition disposition = action(signal).disposition;
    if (disposition == Disposition::Default)
        return defaultEffect(signal);
    return disposition == Disposition::Ignore ? Effect::Ignore : Effect::Handle;
}

Result<SignalAction> SignalState::setAction(Signal signal, SignalAction action) {
    if (kUncatchable.has(signal) || action.disposition > Disposition::Handler)
        return fail(Errno::Invalid);
    const SignalAction old = std::exchange(actions_[static_cast<size_t>(signal)], action);
    if (effect(signal) == Effect::Ignore)
        pending_.remove(signal);
    return old;
}

void SignalState::setBlocked(SignalSet blocked) {
    blocked_ = blocked.without(kUncatchable);
}

void SignalState::add(Signal signal, Pid sender) {
    if (kStopSignals.has(signal))
        pending_.remove(Signal::Continue);
    pending_.add(signal);
    senders_[signal] = sender;
}

Pid SignalState::take(Signal signal) {
    pending_.remove(signal);
    return senders_[signal];
}

SignalState SignalState::inherited(SignalSet pending) const {
    SignalState child;
    child.pending_ = pending;
    child.senders_ = senders_;
    child.blocked_ = blocked_;
    for (size_t number = 0; number < actions_.size(); ++number) {
        if (actions_[number].disposition == Disposition::Ignore)
            child.actions_[number] = actions_[number];
    }
    return child;
}

}  // namespace taipan::kernel
