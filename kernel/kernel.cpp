// SPDX-License-Identifier: Apache-2.0
//
// Each call changes one thing and settles what follows of it.
#include "kernel/kernel.h"

#include <utility>

#include "kernel/system.h"
#include "kernel/terminal_file.h"

namespace taipan::kernel {

namespace {

Result<void> openTerminal(System& system, Process& process, OutsideHandle handle) {
    const auto terminal = KERNEL_TRY(system.terminals.add());
    const FileRef slave = KERNEL_TRY(system.make<TerminalSlave>(kReadWrite, terminal));
    for (const int32_t descriptor : {0, 1, 2})
        KERNEL_CHECK(process.descriptors.put({descriptor}, slave, false));
    terminal->session = process.session;
    terminal->foreground = process.group;
    system.terminals.attach(handle, terminal);
    return {};
}

Result<void> open(System& system, Process& process, const Root& root) {
    if (root.terminal)
        KERNEL_CHECK(openTerminal(system, process, *root.terminal));
    for (const Root::Opened& opened : root.descriptors) {
        FileRef file = KERNEL_TRY(system.outsideFile(opened.file));
        KERNEL_CHECK(process.descriptors.put(opened.descriptor, std::move(file), false));
    }
    return {};
}

/// What a full terminal is typed is lost, with a real one too; but not its signals.
void typeAll(Terminal& terminal, Slice input) {
    while (!input.empty()) {
        if (!terminal.type(input))
            (void)input.takeFront(1);
    }
}

/// A file of the handle, or null.
std::shared_ptr<Outside> outsideOf(const System& system, OutsideHandle handle) {
    const auto found = system.outside.find(handle);
    return found == system.outside.end() ? nullptr : found->second.lock();
}

}  // namespace

Kernel::Kernel(const Limits& limits) : system_(std::make_unique<System>(limits)) {}

Kernel::~Kernel() = default;

Result<Pid> Kernel::addRoot(const Root& root) {
    Process* process = KERNEL_TRY(system_->addProcess(kInit, root.pid));
    process->directory = root.directory;
    if (const Result<void> opened = open(*system_, *process, root); !opened) {
        system_->abandon(*process);
        system_->settle();
        return fail(opened.error());
    }
    return process->pid;
}

Result<Descriptor> Kernel::addOutside(Pid pid, const OutsideFile& file, bool close_on_exec) {
    Process* process = system_->processes.find(pid);
    if (process == nullptr || !process->alive())
        return fail(Errno::NoProcess);
    return process->descriptors.add(KERNEL_TRY(system_->outsideFile(file)), close_on_exec);
}

void Kernel::submit(Pid pid, Ticket ticket, Request request) {
    Process* process = system_->processes.find(pid);
    // The messages of a process may still be on their way when it has been ended.
    if (process == nullptr || !process->alive())
        return;
    system_->start(*process, ticket, std::move(request));
    system_->settle();
}

void Kernel::submit(Pid pid, Bytes message) {
    if (std::optional<Submission> submission = decodeRequest(std::move(message)))
        submit(pid, submission->ticket, std::move(submission->request));
    else
        refuse(pid);
}

void Kernel::refuse(Pid pid) {
    if (Process* process = system_->processes.find(pid))
        system_->finish(*process, signalStatus(Signal::BadCall), true);
    system_->settle();
}

void Kernel::advance(Time now) {
    system_->advance(now);
}

std::optional<Time> Kernel::nextDeadline() const {
    return system_->timers.next();
}

void Kernel::processExited(Pid pid, int32_t code) {
    if (Process* process = system_->processes.find(pid))
        system_->finish(*process, exitStatus(code), false);
    system_->settle();
}

void Kernel::processKilled(Pid pid, Signal signal) {
    if (Process* process = system_->processes.find(pid))
        system_->finish(*process, signalStatus(signal), false);
    system_->settle();
}

void Kernel::signal(Pid pid, Signal signal) {
    Process* process = system_->processes.find(pid);
    if (process != nullptr && isSignal(static_cast<int32_t>(signal)))
        system_->raise(*process, signal, kInit);
    system_->settle();
}

void Kernel::outsideInput(OutsideHandle handle, Bytes data) {
    Slice input = std::move(data);
    if (const auto terminal = system_->terminals.attached(handle))
        typeAll(*terminal, std::move(input));
    else if (const auto file = outsideOf(*system_, handle))
        file->addInput(std::move(input));
    system_->settle();
}

void Kernel::outsideEnded(OutsideHandle handle) {
    system_->terminals.hangUp(handle);
    if (const auto file = outsideOf(*system_, handle))
        file->end();
    system_->settle();
}

void Kernel::outsideWritten(OutsideHandle handle, size_t count) {
    system_->terminals.confirm(handle, count);
    if (const auto file = outsideOf(*system_, handle))
        file->confirm(count);
    system_->settle();
}

void Kernel::fileKept(uint32_t number, Result<OutsideHandle> handle) {
    const auto found = system_->undecided.extract(number);
    const std::shared_ptr<KeptFile> file = found.empty() ? nullptr : found.mapped().lock();
    if (file != nullptr)
        file->decide(handle);
    else if (handle)
        system_->actions.emplace_back(CloseOutside{*handle});  // whoever wanted it is gone
    system_->settle();
}

void Kernel::resizeTerminal(OutsideHandle handle, uint16_t rows, uint16_t columns) {
    if (const auto terminal = system_->terminals.attached(handle))
        terminal->setWindow(rows, columns);
    system_->settle();
}

std::optional<Reply> Kernel::takeReply() {
    if (system_->replies.empty())
        return std::nullopt;
    Reply reply = std::move(system_->replies.front());
    system_->replies.pop_front();
    return reply;
}

std::optional<Action> Kernel::takeAction() {
    if (system_->actions.empty())
        return std::nullopt;
    Action action = std::move(system_->actions.front());
    system_->actions.pop_front();
    return action;
}

Usage Kernel::usage() const {
    return {system_->processes.size(), system_->files.open, system_->waiting(),
            !system_->network.empty() || !system_->locks.empty() || !system_->semaphores.empty() ||
                !system_->blocks.empty()};
}

bool Kernel::nothingForgotten() {
    return !system_->tryAll();
}

}  // namespace taipan::kernel
