// SPDX-License-Identifier: Apache-2.0
//
// epoll_create, epoll_ctl and epoll_wait.
#include "kernel/calls.h"
#include "kernel/codec.h"
#include "kernel/epoll.h"

namespace taipan::kernel {

Outcome handle(Context& context, MakeEpoll& request) {
    FileRef epoll = KERNEL_TRY(context.system.make<Epoll>());
    return KERNEL_TRY(context.addDescriptor(std::move(epoll), request.flags)).value;
}

Outcome handle(Context& context, ControlEpoll& request) {
    const auto epoll = KERNEL_TRY(context.fileAs<Epoll>(request.epoll, Errno::Invalid));
    const FileRef file = KERNEL_TRY(context.process.descriptors.get(request.descriptor));
    Result<void> done = fail(Errno::Invalid);
    if (request.operation == ControlEpoll::Operation::Add)
        done = epoll->add(request.descriptor, file, request.events, request.data);
    if (request.operation == ControlEpoll::Operation::Modify)
        done = epoll->modify(request.descriptor, file, request.events, request.data);
    if (request.operation == ControlEpoll::Operation::Remove)
        done = epoll->remove(request.descriptor, file);
    KERNEL_CHECK(done);
    return Outcome::done();
}

Outcome handle(Context& context, WaitEpoll& request) {
    const auto epoll = KERNEL_TRY(context.fileAs<Epoll>(request.epoll, Errno::Invalid));
    if (request.limit == 0)
        return fail(Errno::Invalid);
    const std::vector<EpollEvent> found = epoll->take(request.limit);
    if (!found.empty() || request.timeout == 0 || context.call.expired) {
        Encoder events;
        for (const EpollEvent& event : found)
            events.put(event);
        return Answer{.value = static_cast<int64_t>(found.size()), .data = events.take()};
    }
    context.setTimeout(request.timeout);
    context.call.join(epoll->queue);
    context.setMask(request.mask);
    return Outcome::wait();
}

}  // namespace taipan::kernel
