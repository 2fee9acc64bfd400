// SPDX-License-Identifier: Apache-2.0
//
// Terminals: opened, set up, and whose they are.
#include <charconv>

#include "kernel/calls.h"
#include "kernel/codec.h"
#include "kernel/terminal_file.h"

namespace taipan::kernel {

namespace {

Result<std::shared_ptr<Terminal>> terminalOf(const Context& context, Descriptor descriptor) {
    const FileRef file = KERNEL_TRY(context.file(descriptor));
    // The terminal lives as long as the file, which the call holds.
    if (const auto master = as<TerminalMaster>(file))
        return std::shared_ptr<Terminal>(file, &master->terminal());
    if (const auto slave = as<TerminalSlave>(file))
        return std::shared_ptr<Terminal>(file, &slave->terminal());
    return fail(Errno::NotTerminal);
}

bool hasTerminal(const System& system, const Process& process) {
    return system.terminals.ofSession(process.session) != nullptr;
}

void control(Terminal& terminal, const Process& leader) {
    terminal.session = leader.session;
    terminal.foreground = leader.group;
}

Result<FileRef> openSlave(System& system, const Process& process, const std::shared_ptr<Terminal>& terminal,
                          uint32_t flags) {
    if (terminal == nullptr)
        return fail(Errno::NoEntry);
    if (terminal->masterClosed())
        return fail(Errno::Io);
    FileRef slave = KERNEL_TRY(system.make<TerminalSlave>(flags, terminal));
    const bool leader = process.session == process.pid;
    if ((flags & kNoControllingTerminal) == 0 && leader && terminal->session == Pid{} &&
        !hasTerminal(system, process))
        control(*terminal, process);
    return slave;
}

Result<uint32_t> slaveNumber(std::string_view text) {
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return fail(Errno::NoEntry);
    return number;
}

}  // namespace

Result<FileRef> openPath(System& system, Process& process, const std::string& path, uint32_t flags) {
    constexpr std::string_view kSlaves = "/dev/pts/";
    if (path == "/dev/ptmx") {
        auto terminal = KERNEL_TRY(system.terminals.add());
        return KERNEL_TRY(system.make<TerminalMaster>(flags, std::move(terminal)));
    }
    if (path == "/dev/tty") {
        const Terminal* terminal = system.terminals.ofSession(process.session);
        if (terminal == nullptr)
            return fail(Errno::NoSuchDevice);
        return openSlave(system, process, system.terminals.find(terminal->number()), flags);
    }
    if (!path.starts_with(kSlaves))
        return fail(Errno::NoEntry);
    const uint32_t number = KERNEL_TRY(slaveNumber(std::string_view(path).substr(kSlaves.size())));
    return openSlave(system, process, system.terminals.find(number), flags);
}

Outcome handle(Context& context, Open& request) {
    FileRef file = KERNEL_TRY(openPath(context.system, context.process, request.path, request.flags));
    return KERNEL_TRY(context.addDescriptor(std::move(file), request.flags)).value;
}

Outcome handle(Context& context, OpenTerminal& /*request*/) {
    const auto terminal = KERNEL_TRY(context.system.terminals.add());
    FileRef master = KERNEL_TRY(context.system.make<TerminalMaster>(kReadWrite, terminal));
    FileRef slave = KERNEL_TRY(context.system.make<TerminalSlave>(kReadWrite, terminal));
    return addTwo(context, std::move(master), std::move(slave), kReadWrite);
}

Outcome handle(Context& context, GetSettings& request) {
    const auto terminal = KERNEL_TRY(terminalOf(context, request.descriptor));
    return Answer{.data = encode(terminal->settings())};
}

Outcome handle(Context& context, SetSettings& request) {
    const auto terminal = KERNEL_TRY(terminalOf(context, request.descriptor));
    if (request.when > SetSettings::When::Flush)
        return fail(Errno::Invalid);
    const FileRef& file = context.call.files.front();
    // Whoever holds the master would wait for itself.
    const bool drains = request.when != SetSettings::When::Now && file->kind() == FileKind::Slave;
    if (drains && !terminal->drained() && !terminal->masterClosed())
        return context.waitOn(file->queue);
    terminal->setSettings(request.settings, request.when == SetSettings::When::Flush);
    return Outcome::done();
}

Outcome handle(Context& context, FlushTerminal& request) {
    const auto terminal = KERNEL_TRY(terminalOf(context, request.descriptor));
    // What one side reads the other has written.
    const bool master = context.call.files.front()->kind() == FileKind::Master;
    if (master ? request.output : request.input)
        terminal->flushInput();
    if (master ? request.input : request.output)
        terminal->flushOutput();
    return Outcome::done();
}

Outcome handle(Context& context, GetWindow& request) {
    const auto terminal = KERNEL_TRY(terminalOf(context, request.descriptor));
    return Answer{.value = terminal->rows(), .second = terminal->columns()};
}

Outcome handle(Context& context, SetWindow& request) {
    const auto terminal = KERNEL_TRY(terminalOf(context, request.descriptor));
    terminal->setWindow(request.rows, request.columns);
    return Outcome::done();
}

Outcome handle(Context& context, GetForeground& request) {
    const auto terminal = KERNEL_TRY(terminalOf(context, request.descriptor));
    const bool master = context.call.files.front()->kind() == FileKind::Master;
    if (!master && terminal->session != context.process.session)
        return fail(Errno::NotTerminal);
    return terminal->foreground.value;
}

Outcome handle(Context& context, SetForeground& request) {
    const auto terminal = KERNEL_TRY(terminalOf(context, request.descriptor));
    const Process& process = context.process;
    if (terminal->session != process.session)
        return fail(Errno::NotTerminal);
    const auto members = context.system.processes.group(request.group);
    if (members.empty() || members.front()->session != process.session)
        return fail(Errno::NotPermitted);
    const Signal signal = Signal::TerminalOutput;
    const bool deaf =
        process.signals.blocked().has(signal) || process.signals.effect(signal) == Effect::Ignore;
    if (terminal->foreground != process.group && !deaf) {
        if (context.system.processes.orphaned(process.group))
            return fail(Errno::Io);
        context.system.raiseGroup(process.group, signal, kInit);
        return Outcome::wait();
    }
    terminal->foreground = request.group;
    return Outcome::done();
}

Outcome handle(Context& context, ControlTerminal& request) {
    const auto terminal = KERNEL_TRY(terminalOf(context, request.descriptor));
    const Process& process = context.process;
    if (terminal->session == process.session)
        return Outcome::done();
    if (process.session != process.pid || terminal->session != Pid{} || hasTerminal(context.system, process))
        return fail(Errno::NotPermitted);
    control(*terminal, process);
    return Outcome::done();
}

Outcome handle(Context& context, TerminalNumber& request) {
    return KERNEL_TRY(terminalOf(context, request.descriptor))->number();
}

}  // namespace taipan::kernel
