// SPDX-License-Identifier: Apache-2.0
//
// Descriptors: copied, closed, described, and the flags of fcntl.
#include <algorithm>
#include <bit>

#include "kernel/calls.h"
#include "kernel/channel.h"

namespace taipan::kernel {

Outcome handle(Context& context, Close& request) {
    const FileRef file = KERNEL_TRY(context.process.descriptors.close(request.descriptor));
    context.system.closed(context.process, file);
    return Outcome::done();
}

Outcome handle(Context& context, Duplicate& request) {
    FileRef file = KERNEL_TRY(context.process.descriptors.get(request.descriptor));
    const Descriptor copy =
        KERNEL_TRY(context.process.descriptors.add(std::move(file), request.close_on_exec, request.minimum));
    return copy.value;
}

Outcome handle(Context& context, DuplicateTo& request) {
    FileRef file = KERNEL_TRY(context.process.descriptors.get(request.descriptor));
    if (request.descriptor == request.target)
        return request.refuse_same ? Outcome(fail(Errno::Invalid)) : Outcome(request.target.value);
    const FileRef before =
        KERNEL_TRY(context.process.descriptors.put(request.target, std::move(file), request.close_on_exec));
    context.system.closed(context.process, before);
    return request.target.value;
}

Outcome handle(Context& context, Control& request) {
    DescriptorTable::Slot& slot = *KERNEL_TRY(context.process.descriptors.slot(request.descriptor));
    constexpr uint32_t kChangeable = kNonBlocking | kAppend;
    switch (request.command) {
        case Control::Command::GetFlags:
            return slot.close_on_exec ? 1 : 0;
        case Control::Command::SetFlags:
            slot.close_on_exec = (request.argument & 1U) != 0;
            return Outcome::done();
        case Control::Command::GetStatus:
            return slot.file->status;
        case Control::Command::SetStatus:
            slot.file->status = (slot.file->status & ~kChangeable) | (request.argument & kChangeable);
            return Outcome::done();
    }
    return fail(Errno::Invalid);
}

Outcome handle(Context& context, PipeSize& request) {
    // As Linux: whole pages, a power of two of them, and no more than it gives to anybody.
    constexpr size_t kPage = 4096;
    constexpr size_t kLargest = size_t{1} << 20;
    const FileRef file = KERNEL_TRY(context.process.descriptors.get(request.descriptor));
    Channel* const pipe = file->pipe();
    if (pipe == nullptr)
        return fail(Errno::BadDescriptor);
    if (request.size) {
        if (*request.size > kLargest)
            return fail(Errno::NotPermitted);
        const size_t capacity = std::bit_ceil(std::max<size_t>(*request.size, kPage));
        if (capacity < pipe->size())
            return fail(Errno::Busy);
        pipe->setCapacity(capacity);
    }
    return static_cast<int64_t>(pipe->capacity());
}

Outcome handle(Context& context, Describe& request) {
    const FileRef file = KERNEL_TRY(context.process.descriptors.get(request.descriptor));
    const auto outside = as<Outside>(file);
    return Answer{.value = static_cast<int64_t>(file->kind()),
                  .second = outside ? int64_t{outside->handle().value} : 0};
}

Outcome handle(Context& context, Available& request) {
    const FileRef file = KERNEL_TRY(context.process.descriptors.get(request.descriptor));
    return static_cast<int64_t>(file->available());
}

Outcome handle(Context& context, CloseRange& request) {
    if (request.first.value < 0 || request.first > request.last)
        return fail(Errno::Invalid);
    for (const auto& [descriptor, slot] : std::map(context.process.descriptors.slots())) {
        if (descriptor >= request.first && descriptor <= request.last)
            closeDescriptor(context.system, context.process, descriptor);
    }
    return Outcome::done();
}

}  // namespace taipan::kernel
