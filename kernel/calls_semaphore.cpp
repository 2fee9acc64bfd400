// SPDX-License-Identifier: Apache-2.0
//
// The calls of sem_open and its kin.
#include "kernel/calls.h"

namespace taipan::kernel {

namespace {

Result<std::shared_ptr<Semaphore>> makeSemaphore(System& system, const OpenSemaphore& request) {
    if ((request.flags & kCreate) == 0)
        return fail(Errno::NoEntry);
    if (request.value > Semaphore::kLargest)
        return fail(Errno::Invalid);
    if (system.semaphores.full())
        return fail(Errno::SystemFiles);
    auto made = KERNEL_TRY(system.make<Semaphore>(request.value));
    system.semaphores.add(request.name, made);
    return made;
}

}  // namespace

Outcome handle(Context& context, OpenSemaphore& request) {
    constexpr uint32_t kNew = kCreate | kExclusive;
    KERNEL_CHECK(checkName(request.name));
    // Nothing is made that could not be given.
    if (!context.process.descriptors.hasRoom(1))
        return fail(Errno::ProcessFiles);
    std::shared_ptr<Semaphore> semaphore = context.system.semaphores.find(request.name);
    if (semaphore != nullptr && (request.flags & kNew) == kNew)
        return fail(Errno::Exists);
    if (semaphore == nullptr)
        semaphore = KERNEL_TRY(makeSemaphore(context.system, request));
    return KERNEL_TRY(context.addDescriptor(std::move(semaphore), kCloseOnExec)).value;
}

Outcome handle(Context& context, UnlinkSemaphore& request) {
    KERNEL_CHECK(checkName(request.name));
    KERNEL_CHECK(context.system.semaphores.remove(request.name));
    return Outcome::done();
}

Outcome handle(Context& context, PostSemaphore& request) {
    const auto semaphore = KERNEL_TRY(context.fileAs<Semaphore>(request.descriptor, Errno::Invalid));
    KERNEL_CHECK(semaphore->post());
    return Outcome::done();
}

Outcome handle(Context& context, WaitSemaphore& request) {
    const auto semaphore = KERNEL_TRY(context.fileAs<Semaphore>(request.descriptor, Errno::Invalid));
    if (semaphore->take())
        return Outcome::done();
    if (request.timeout == 0)
        return fail(Errno::Again);
    if (context.call.expired)
        return fail(Errno::TimedOut);
    context.setTimeout(request.timeout);
    return context.waitOn(semaphore->queue);
}

Outcome handle(Context& context, GetSemaphoreValue& request) {
    return int64_t{KERNEL_TRY(context.fileAs<Semaphore>(request.descriptor, Errno::Invalid))->value()};
}

}  // namespace taipan::kernel
