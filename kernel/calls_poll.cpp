// SPDX-License-Identifier: Apache-2.0
//
// poll, which serves select as well.
#include "kernel/calls.h"
#include "kernel/codec.h"

namespace taipan::kernel {

namespace {

/// One file per entry; null for one that is not open or not asked for.
Result<void> resolve(const Context& context, const Poll& request) {
    if (context.call.resolved)
        return {};
    if (request.entries.size() > static_cast<size_t>(context.process.descriptors.limit()))
        return fail(Errno::Invalid);
    for (const PollEntry& entry : request.entries)
        context.call.files.push_back(context.process.descriptors.get(entry.descriptor).value_or(nullptr));
    context.call.resolved = true;
    return {};
}

uint32_t eventsOf(const PollEntry& entry, OpenFile* file) {
    if (entry.descriptor.value < 0)
        return 0;
    if (file == nullptr)
        return kNotOpen;
    return file->events() & (entry.events | kError | kHangUp);
}

}  // namespace

Outcome handle(Context& context, Poll& request) {
    KERNEL_CHECK(resolve(context, request));
    int64_t count = 0;
    Encoder events;
    for (size_t at = 0; at < request.entries.size(); ++at) {
        const uint32_t found = eventsOf(request.entries[at], context.call.files[at].get());
        events.put(found);
        count += found != 0 ? 1 : 0;
    }
    if (count > 0 || request.timeout == 0 || context.call.expired)
        return Answer{.value = count, .data = events.take()};
    for (const FileRef& file : context.call.files) {
        if (file != nullptr)
            context.call.join(file->queue);
    }
    context.setTimeout(request.timeout);
    context.setMask(request.mask);
    return Outcome::wait();
}

}  // namespace taipan::kernel
