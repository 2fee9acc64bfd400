// SPDX-License-Identifier: Apache-2.0
//
// Spawning, waiting and ending; groups, sessions and working directories.
#include <algorithm>

#include "kernel/calls.h"
#include "kernel/codec.h"

namespace taipan::kernel {

namespace {

size_t textSize(const std::vector<std::string>& texts) {
    size_t size = 0;
    for (const std::string& text : texts)
        size += text.size() + 1;
    return size;
}

Result<void> apply(System& system, Process& child, const FileAction& action) {
    DescriptorTable& table = child.descriptors;
    switch (action.what) {
        case FileAction::What::Duplicate: {
            FileRef file = KERNEL_TRY(table.get(action.descriptor));
            KERNEL_CHECK(table.put(action.target, std::move(file), false));
            return {};
        }
        case FileAction::What::Close:
            KERNEL_CHECK(table.close(action.descriptor));
            return {};
        case FileAction::What::Open: {
            FileRef file = KERNEL_TRY(openPath(system, child, action.path, action.flags));
            KERNEL_CHECK(table.put(action.descriptor, std::move(file), false));
            return {};
        }
        case FileAction::What::CloseFrom:
            for (const auto& [descriptor, slot] : std::map(table.slots())) {
                if (descriptor >= action.descriptor)
                    (void)table.close(descriptor);
            }
            return {};
    }
    return fail(Errno::Invalid);
}

/// Closes what a new program does not get.
Result<void> keepAndClose(DescriptorTable& table, const std::vector<Descriptor>& keep, bool close_others) {
    for (const Descriptor kept : keep)
        KERNEL_TRY(table.slot(kept))->close_on_exec = false;
    table.closeOnExec();
    if (!close_others)
        return {};
    for (const auto& [descriptor, slot] : std::map(table.slots())) {
        if (descriptor.value > 2 && std::ranges::find(keep, descriptor) == keep.end())
            (void)table.close(descriptor);
    }
    return {};
}

/// Whether a process may enter the group: it is new, or of the same session.
bool groupFits(const System& system, const Process& process, Pid group) {
    if (group == process.pid)
        return true;
    const std::vector<Process*> members = system.processes.group(group);
    return !members.empty() && members.front()->session == process.session;
}

Result<void> prepare(System& system, const Process& parent, Process& child, const Spawn& request) {
    child.group = parent.group;
    child.session = parent.session;
    child.directory = request.directory.value_or(parent.directory);
    child.signals = parent.signals.inherited();
    child.outside = request.outside;
    SignalSet defaults(request.defaults);
    while (const std::optional<Signal> signal = defaults.first()) {
        (void)child.signals.setAction(*signal, {});
        defaults.remove(*signal);
    }
    if (request.blocked)
        child.signals.setBlocked(SignalSet(*request.blocked));
    if (request.new_session)
        child.session = child.group = child.pid;
    if (request.group) {
        const Pid group = request.group->value == 0 ? child.pid : *request.group;
        if (request.new_session || !groupFits(system, child, group))
            return fail(Errno::NotPermitted);
        child.group = group;
    }
    child.descriptors = parent.descriptors;
    for (const FileAction& action : request.file_actions)
        KERNEL_CHECK(apply(system, child, action));
    return keepAndClose(child.descriptors, request.keep, request.close_others);
}

/// Has the host start the program that the request names.
template <class T>
void announce(System& system, const Process& process, T& request) {
    StartProcess start{.pid = process.pid,
                       .image = std::move(request.image),
                       .arguments = std::move(request.arguments),
                       .environment = std::move(request.environment),
                       .directory = process.directory,
                       .outside = process.outside,
                       .replaces = std::is_same_v<T, Execute>,
                       .note = std::move(request.note)};
    for (const auto& [descriptor, slot] : process.descriptors.slots()) {
        const auto outside = as<Outside>(slot.file);
        start.descriptors.push_back(
            {descriptor, slot.file->kind(), outside ? outside->handle() : OutsideHandle{}});
    }
    system.actions.emplace_back(std::move(start));
}

bool matches(const Process& waiter, const Process& child, Pid wanted) {
    if (wanted.value > 0)
        return child.pid == wanted;
    if (wanted.value == -1)
        return true;
    return child.group == (wanted.value == 0 ? waiter.group : Pid{-wanted.value});
}

/// What wait would tell of the child now.
std::optional<int32_t> report(const Process& child, uint32_t options) {
    if (!child.alive())
        return child.status;
    if (!child.change)
        return std::nullopt;
    const bool wanted =
        *child.change == kContinuedStatus ? (options & kContinued) != 0 : (options & kUntraced) != 0;
    return wanted ? child.change : std::nullopt;
}

/// Who waits for a group may find nobody in it any more.
void tellWaiters(const System& system, Process& moved) {
    moved.children_changed.notify(kAnyEvent);
    if (Process* parent = system.processes.find(moved.parent))
        parent->children_changed.notify(kAnyEvent);
}

void acknowledge(System& system, Process& parent, Process& child, uint32_t options) {
    if ((options & kNoReap) != 0)
        return;
    if (child.alive()) {
        child.change.reset();
        return;
    }
    parent.children_usage = parent.children_usage.with(child.own_usage).with(child.children_usage);
    system.reap(child);
}

}  // namespace

Outcome handle(Context& context, Exit& request) {
    context.system.finish(context.process, exitStatus(request.status), true);
    return Outcome::done();
}

Outcome handle(Context& context, Spawn& request) {
    System& system = context.system;
    if (textSize(request.arguments) + textSize(request.environment) > system.limits.program_text)
        return fail(Errno::TooBig);
    Process* child = KERNEL_TRY(system.addProcess(context.process.pid));
    if (const Result<void> ready = prepare(system, context.process, *child, request); !ready) {
        system.abandon(*child);
        return fail(ready.error());
    }
    announce(system, *child, request);
    return child->pid.value;
}

Outcome handle(Context& context, Execute& request) {
    System& system = context.system;
    if (textSize(request.arguments) + textSize(request.environment) > system.limits.program_text)
        return fail(Errno::TooBig);
    Process& process = context.process;
    DescriptorTable descriptors = process.descriptors;
    KERNEL_CHECK(keepAndClose(descriptors, request.keep, false));
    Execute program = std::move(request);
    system.replace(process, std::move(descriptors));
    if (program.blocked)
        process.signals.setBlocked(SignalSet(*program.blocked));
    process.outside = program.outside;
    announce(system, process, program);
    return Outcome::done();
}

Outcome handle(Context& context, Wait& request) {
    if ((request.options & ~uint32_t{kNoHang | kUntraced | kContinued | kNoReap}) != 0)
        return fail(Errno::Invalid);
    bool any = false;
    for (Process* child : context.system.processes.children(context.process.pid)) {
        if (!matches(context.process, *child, request.pid))
            continue;
        any = true;
        if (const std::optional<int32_t> status = report(*child, request.options)) {
            const Bytes usage = encode(child->own_usage.with(child->children_usage));
            acknowledge(context.system, context.process, *child, request.options);
            return Answer{.value = child->pid.value, .second = *status, .data = usage};
        }
    }
    if (!any)
        return fail(Errno::NoChild);
    return (request.options & kNoHang) != 0 ? Outcome::done()
                                            : context.waitOn(context.process.children_changed);
}

Outcome handle(Context& context, ReportUsage& request) {
    context.process.own_usage = request.usage;
    return Outcome::done();
}

Outcome handle(Context& context, GetIdentity& request) {
    const Process* process =
        request.pid.value == 0 ? &context.process : context.system.processes.find(request.pid);
    if (process == nullptr)
        return fail(Errno::NoProcess);
    return Answer{.data = encode(Identity{process->pid, process->parent, process->group, process->session})};
}

Outcome handle(Context& context, SetGroup& request) {
    Process& self = context.process;
    Process* process = request.pid.value == 0 ? &self : context.system.processes.find(request.pid);
    if (process == nullptr || (process != &self && process->parent != self.pid))
        return fail(Errno::NoProcess);
    if (request.group.value < 0)
        return fail(Errno::Invalid);
    const Pid group = request.group.value == 0 ? process->pid : request.group;
    const bool leader = process->session == process->pid;
    if (leader || process->session != self.session || !groupFits(context.system, *process, group))
        return fail(Errno::NotPermitted);
    process->group = group;
    tellWaiters(context.system, *process);
    return Outcome::done();
}

Outcome handle(Context& context, NewSession& /*request*/) {
    Process& process = context.process;
    if (!context.system.processes.group(process.pid).empty())
        return fail(Errno::NotPermitted);
    process.session = process.group = process.pid;
    tellWaiters(context.system, process);
    return process.pid.value;
}

Outcome handle(Context& context, ChangeDirectory& request) {
    if (request.directory.empty())
        return fail(Errno::NoEntry);
    context.process.directory = std::move(request.directory);
    return Outcome::done();
}

Outcome handle(Context& context, GetDirectory& /*request*/) {
    return Answer{.data = Slice(std::string_view(context.process.directory))};
}

}  // namespace taipan::kernel
