// SPDX-License-Identifier: Apache-2.0
//
// How processes end, stop and go on, and what signals do to them.
#include <algorithm>
#include <utility>

#include "kernel/system.h"

namespace taipan::kernel {

Result<Process*> System::addProcess(Pid parent, std::optional<Pid> pid) {
    Process* process = KERNEL_TRY(processes.add(pid));
    process->parent = parent;
    return process;
}

void System::finish(Process& process, int32_t status, bool running) {
    if (!process.alive())
        return;
    const std::vector<Pid> guarded = guardedGroups(process);
    process.state = ProcessState::Zombie;
    process.status = status;
    process.change.reset();
    drop(process);
    timers.cancel(process.pid);
    locks.releaseOwner(process.pid);
    process.descriptors.clear();
    transit.noteClosed();
    actions.emplace_back(EndProcess{process.pid, status, running});
    loseTerminal(process);
    orphanChildren(process);
    wakeOrphans(guarded);
    tellParent(process, false);
}

void System::reap(Process& zombie) {
    processes.remove(zombie.pid);
}

void System::abandon(Process& process) {
    // Nobody signals it any more.
    process.state = ProcessState::Zombie;
    process.descriptors.clear();
    loseTerminal(process);
    processes.remove(process.pid);
}

void System::replace(Process& process, DescriptorTable descriptors) {
    drop(process);
    const DescriptorTable before = std::exchange(process.descriptors, std::move(descriptors));
    for (const auto& [descriptor, slot] : before.slots()) {
        if (!process.descriptors.get(descriptor))
            closed(process, slot.file);
    }
    process.signals = process.signals.inherited(process.signals.pending());
}

void System::tellParent(Process& process, bool stopped) {
    Process* parent = processes.find(process.parent);
    if (parent == nullptr) {
        if (!process.alive())
            reap(process);
        return;
    }
    const SignalAction& action = parent->signals.action(Signal::Child);
    const bool ignored = action.disposition == Disposition::Ignore;
    // Who says that it does not care for its children never finds one to wait for.
    if (!process.alive() && (ignored || (action.flags & kNoChildWait) != 0))
        reap(process);
    parent->children_changed.notify(kAnyEvent);
    if (!stopped || (action.flags & kNoChildStop) == 0)
        raise(*parent, Signal::Child, process.pid);
}

void System::orphanChildren(Process& process) {
    for (Process* child : processes.children(process.pid)) {
        child->parent = kInit;
        if (!child->alive())
            reap(*child);
    }
}

std::vector<Pid> System::guardedGroups(const Process& process) const {
    std::vector<Pid> groups = {process.group};
    for (const Process* child : processes.children(process.pid))
        groups.push_back(child->group);
    std::ranges::sort(groups);
    groups.erase(std::ranges::unique(groups).begin(), groups.end());
    std::erase_if(groups, [&](Pid group) { return processes.orphaned(group); });
    return groups;
}

void System::wakeOrphans(const std::vector<Pid>& groups) {
    for (const Pid group : groups) {
        const bool stuck = std::ranges::any_of(processes.group(group), [](const Process* member) {
            return member->state == ProcessState::Stopped;
        });
        if (!stuck || !processes.orphaned(group))
            continue;
        raiseGroup(group, Signal::HangUp, kInit);
        raiseGroup(group, Signal::Continue, kInit);
    }
}

void System::loseTerminal(Process& leader) {
    if (leader.session != leader.pid)
        return;
    Terminal* terminal = terminals.ofSession(leader.session);
    if (terminal == nullptr)
        return;
    const Pid foreground = terminal->foreground;
    terminal->session = {};
    terminal->foreground = {};
    raiseGroup(foreground, Signal::HangUp, kInit);
    raiseGroup(foreground, Signal::Continue, kInit);
}

SignalSet System::awaited(const Process& process) const {
    SignalSet all;
    for (const CallId id : process.calls) {
        if (const auto* wait = std::get_if<WaitSignal>(&calls_.at(id)->request))
            all = all.with(SignalSet(wait->set));
    }
    return all.without(kUncatchable);
}

void System::raise(Process& process, Signal signal, Pid sender) {
    if (!process.alive())
        return;
    if (process.outside) {
        actions.emplace_back(DeliverSignal{process.pid, signal, sender});
        return;
    }
    if (signal == Signal::Continue) {
        process.signals.discard(kStopSignals);
        resume(process);
    }
    if (process.signals.effect(signal) == Effect::Ignore && !process.signals.blocked().has(signal))
        return;
    process.signals.add(signal, sender);
    process.signal_arrived.notify(kAnyEvent);
    deliver(process);
}

void System::raiseGroup(Pid group, Signal signal, Pid sender) {
    for (const Process* member : processes.group(group)) {
        // An earlier one's death may have ended others.
        if (Process* alive = processes.find(member->pid))
            raise(*alive, signal, sender);
    }
}

void System::deliver(Process& process) {
    while (process.alive()) {
        SignalSet due = process.signals.pending().without(process.signals.blocked());
        if (process.state == ProcessState::Stopped)
            due = due.common({Signal::Kill});
        due = due.without(awaited(process));
        const std::optional<Signal> signal = due.has(Signal::Kill) ? Signal::Kill : due.first();
        if (!signal)
            return;
        act(process, *signal, process.signals.take(*signal));
    }
}

void System::act(Process& process, Signal signal, Pid sender) {
    switch (process.signals.effect(signal)) {
        case Effect::Ignore:
        case Effect::Continue:
            return;
        case Effect::Terminate:
            return finish(process, signalStatus(signal), true);
        case Effect::Stop:
            // Nobody could continue an orphan whom the terminal stops.
            if (signal == Signal::Stop || !processes.orphaned(process.group))
                stop(process, signal);
            return;
        case Effect::Handle:
            break;
    }
    const SignalAction action = process.signals.action(signal);
    if ((action.flags & kResetHandler) != 0)
        (void)process.signals.setAction(signal, {});
    actions.emplace_back(DeliverSignal{process.pid, signal, sender});
    interrupt(process, (action.flags & kRestart) != 0);
}

void System::stop(Process& process, Signal signal) {
    process.state = ProcessState::Stopped;
    process.change = stopStatus(signal);
    for (const Reply& reply : replies) {
        if (reply.pid == process.pid)
            process.held_replies.push_back(reply);
    }
    std::erase_if(replies, [&](const Reply& reply) { return reply.pid == process.pid; });
    actions.emplace_back(StopProcess{process.pid});
    tellParent(process, true);
}

void System::resume(Process& process) {
    if (process.state != ProcessState::Stopped)
        return;
    process.state = ProcessState::Running;
    process.change = kContinuedStatus;
    for (Reply& reply : std::exchange(process.held_replies, {}))
        replies.push_back(std::move(reply));
    for (const CallId id : process.calls)
        calls_.at(id)->tryAgain();
    actions.emplace_back(ContinueProcess{process.pid});
    tellParent(process, true);
    deliver(process);
}

bool System::flushTerminals() {
    terminals.flush(actions);
    const auto signals = terminals.takeSignals();
    for (const auto& [group, signal] : signals)
        raiseGroup(group, signal, kInit);
    return !signals.empty();
}

}  // namespace taipan::kernel
