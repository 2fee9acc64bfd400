// SPDX-License-Identifier: Apache-2.0
//
// Sending signals, deciding what they do, and waiting for them.
#include <vector>

#include "kernel/calls.h"

namespace taipan::kernel {

namespace {

/// Whom kill means. Zombies count: they exist.
std::vector<Process*> targets(const Context& context, Pid pid) {
    const ProcessTable& processes = context.system.processes;
    if (pid.value > 0) {
        Process* process = processes.find(pid);
        return process == nullptr ? std::vector<Process*>{} : std::vector<Process*>{process};
    }
    if (pid.value == 0)
        return processes.group(context.process.group);
    if (pid.value < -1)
        return processes.group(Pid{-pid.value});
    std::vector<Process*> all = processes.all();
    std::erase(all, &context.process);
    return all;
}

}  // namespace

Outcome handle(Context& context, Kill& request) {
    if (request.signal != 0 && !isSignal(request.signal))
        return fail(Errno::Invalid);
    if (request.pid.value < -context.system.limits.largest_pid.value)
        return fail(Errno::NoProcess);
    std::vector<Pid> pids;
    for (const Process* process : targets(context, request.pid))
        pids.push_back(process->pid);
    if (pids.empty())
        return fail(Errno::NoProcess);
    for (const Pid pid : pids) {
        Process* process = context.system.processes.find(pid);
        if (process != nullptr && request.signal != 0)
            context.system.raise(*process, static_cast<Signal>(request.signal), context.process.pid);
    }
    return Outcome::done();
}

Outcome handle(Context& context, SetAction& request) {
    if (!isSignal(request.signal))
        return fail(Errno::Invalid);
    const auto signal = static_cast<Signal>(request.signal);
    SignalAction before = context.process.signals.action(signal);
    if (request.disposition) {
        const SignalAction action{static_cast<Disposition>(*request.disposition), request.flags};
        before = KERNEL_TRY(context.process.signals.setAction(signal, action));
    }
    return Answer{.value = static_cast<int64_t>(before.disposition), .second = before.flags};
}

Outcome handle(Context& context, SetMask& request) {
    SignalState& signals = context.process.signals;
    const SignalSet before = signals.blocked();
    const SignalSet set(request.set);
    switch (request.how) {
        case SetMask::How::Block:
            signals.setBlocked(before.with(set));
            break;
        case SetMask::How::Unblock:
            signals.setBlocked(before.without(set));
            break;
        case SetMask::How::Set:
            signals.setBlocked(set);
            break;
        case SetMask::How::Ask:
            break;
        default:
            return fail(Errno::Invalid);
    }
    context.system.deliver(context.process);
    return static_cast<int64_t>(before.bits());
}

Outcome handle(Context& context, GetPending& /*request*/) {
    const SignalState& signals = context.process.signals;
    return static_cast<int64_t>(signals.pending().common(signals.blocked()).bits());
}

Outcome handle(Context& context, WaitSignal& request) {
    SignalState& signals = context.process.signals;
    const SignalSet awaited = SignalSet(request.set).without(kUncatchable);
    if (const auto signal = signals.pending().common(awaited).first()) {
        const Pid sender = signals.take(*signal);
        return Answer{.value = static_cast<int64_t>(*signal), .second = sender.value};
    }
    if (request.timeout == 0 || context.call.expired)
        return fail(Errno::Again);
    context.setTimeout(request.timeout);
    return context.waitOn(context.process.signal_arrived);
}

Outcome handle(Context& context, Suspend& request) {
    context.setMask(request.mask);
    return Outcome::wait();
}

Outcome handle(Context& context, Cancel& request) {
    Call* call = context.system.findCall(context.process, request.ticket);
    if (call == nullptr || call == &context.call)
        return fail(Errno::NoProcess);
    context.system.interrupt(*call, true);
    return Outcome::done();
}

}  // namespace taipan::kernel
