// SPDX-License-Identifier: Apache-2.0
//
// What the functions of the requests have in common.
#include "kernel/calls.h"

namespace taipan::kernel {

Result<FileRef> Context::file(Descriptor descriptor) const {
    if (!call.resolved) {
        call.files.push_back(KERNEL_TRY(process.descriptors.get(descriptor)));
        call.resolved = true;
    }
    return call.files.front();
}

Outcome Context::waitOn(WaitQueue& queue) const {
    call.join(queue);
    return Outcome::wait();
}

bool Context::blocking(const FileRef& file) const {
    if (!call.blocking)
        call.blocking = !file->nonBlocking();
    return *call.blocking;
}

void Context::setTimeout(int64_t nanoseconds) const {
    if (nanoseconds >= 0)
        setDeadline(later(system.now, nanoseconds));
}

void Context::setDeadline(Time deadline) const {
    if (!call.timed)
        system.timers.arm(call.id, deadline);
    call.timed = true;
}

void Context::setMask(std::optional<uint64_t> mask) const {
    if (!mask || call.saved_mask)
        return;
    call.saved_mask = process.signals.blocked();
    process.signals.setBlocked(SignalSet(*mask));
    system.deliver(process);
}

Result<Descriptor> Context::addDescriptor(FileRef file, uint32_t flags) const {
    return process.descriptors.add(std::move(file), (flags & kCloseOnExec) != 0);
}

Outcome addTwo(const Context& context, FileRef first, FileRef second, uint32_t flags) {
    if (!context.process.descriptors.hasRoom(2))
        return fail(Errno::ProcessFiles);
    const Descriptor low = KERNEL_TRY(context.addDescriptor(std::move(first), flags));
    const Descriptor high = KERNEL_TRY(context.addDescriptor(std::move(second), flags));
    return Answer{.value = low.value, .second = high.value};
}

void closeDescriptor(System& system, Process& process, Descriptor descriptor) {
    if (const Result<FileRef> file = process.descriptors.close(descriptor))
        system.closed(process, *file);
}

}  // namespace taipan::kernel
