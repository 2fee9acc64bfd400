// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing whatever a descriptor is for.
#include <algorithm>
#include <utility>

#include "kernel/calls.h"
#include "kernel/pipe.h"
#include "kernel/stream_socket.h"
#include "kernel/terminal_file.h"

namespace taipan::kernel {

namespace {

/// What a terminal does about a process in the background: nothing, EIO, or a signal to its group.
Result<void> checkBackground(const Context& context, const FileRef& file, Signal signal) {
    const auto slave = as<TerminalSlave>(file);
    if (slave == nullptr)
        return {};
    const Terminal& terminal = slave->terminal();
    const Process& process = context.process;
    const bool background = terminal.session == process.session && terminal.foreground != process.group;
    const bool output = signal == Signal::TerminalOutput;
    if (!background || (output && (terminal.settings().local & kStopOutput) == 0))
        return {};
    const bool deaf =
        process.signals.blocked().has(signal) || process.signals.effect(signal) == Effect::Ignore;
    if (deaf && output)
        return {};
    if (deaf || context.system.processes.orphaned(process.group))
        return fail(Errno::Io);
    context.system.raiseGroup(process.group, signal, kInit);
    return fail(Errno::Again);
}

/// VMIN and VTIME of a terminal, when it has not enough to read yet.
Result<Slice> readImpatiently(const Context& context, const std::shared_ptr<TerminalSlave>& slave,
                              size_t count) {
    Terminal& terminal = slave->terminal();
    Call& call = context.call;
    if (!context.blocking(slave))
        return terminal.readAny(count);
    const Time patience = terminal.patience();
    const size_t there = terminal.available();
    const bool over = std::exchange(call.expired, false);
    if (over && there > 0)
        return terminal.readAny(count);
    if (over && !terminal.needsBytes())
        return Slice();
    const bool begins = terminal.needsBytes() ? there > call.progress : !call.timed;
    call.progress = there;
    if (patience > 0 && begins) {
        call.timed = true;
        context.system.timers.arm(call.id, later(context.system.now, patience));
    }
    return fail(Errno::Again);
}

}  // namespace

Outcome readFrom(const Context& context, const FileRef& file, size_t count) {
    if (!file->canRead())
        return fail(Errno::BadDescriptor);
    if (const Result<void> may = checkBackground(context, file, Signal::TerminalInput); !may)
        return may.error() == Errno::Again ? context.waitOn(file->queue) : Outcome(fail(may.error()));
    count = std::min(count, context.system.limits.read);
    Result<Slice> read = file->read(count);
    const auto slave = as<TerminalSlave>(file);
    if (!read && read.error() == Errno::Again && slave != nullptr)
        read = readImpatiently(context, slave, count);
    if (!read && read.error() == Errno::Again && context.blocking(file))
        return context.waitOn(file->queue);
    if (!read)
        return fail(read.error());
    const auto size = static_cast<int64_t>(read->size());
    return Answer{.value = size, .data = std::move(*read)};
}

Outcome writeAll(const Context& context, const FileRef& file, Slice& data, bool wait, bool signal) {
    size_t& progress = context.call.progress;
    const bool whole = progress == 0 && data.size() <= kPipeAtomic;
    while (true) {
        RightsRef& rights = context.call.rights;
        const Result<size_t> written =
            rights == nullptr ? file->write(data, whole) : as<StreamSocket>(file)->send(data, rights);
        if (written) {
            progress += *written;
            if (data.empty())
                return static_cast<int64_t>(progress);
            continue;
        }
        if (written.error() == Errno::Again && wait)
            return context.waitOn(file->queue);
        if (written.error() == Errno::BrokenPipe && signal)
            context.system.raise(context.process, Signal::Pipe, context.process.pid);
        if (progress > 0)
            return static_cast<int64_t>(progress);
        return fail(written.error());
    }
}

Outcome handle(Context& context, Read& request) {
    const FileRef file = KERNEL_TRY(context.file(request.descriptor));
    return readFrom(context, file, request.count);
}

Outcome handle(Context& context, Write& request) {
    const FileRef file = KERNEL_TRY(context.file(request.descriptor));
    if (!file->canWrite())
        return fail(Errno::BadDescriptor);
    if (const Result<void> may = checkBackground(context, file, Signal::TerminalOutput); !may)
        return may.error() == Errno::Again ? context.waitOn(file->queue) : Outcome(fail(may.error()));
    return writeAll(context, file, request.data, context.blocking(file), true);
}

Outcome handle(Context& context, MakePipe& request) {
    if ((request.flags & ~uint32_t{kNonBlocking | kCloseOnExec}) != 0)
        return fail(Errno::Invalid);
    const auto channel = std::make_shared<Channel>(kPipeCapacity);
    FileRef reader = KERNEL_TRY(context.system.make<PipeReader>(request.flags, channel));
    FileRef writer = KERNEL_TRY(context.system.make<PipeWriter>(request.flags, channel));
    return addTwo(context, std::move(reader), std::move(writer), request.flags);
}

}  // namespace taipan::kernel
