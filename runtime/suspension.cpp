// SPDX-License-Identifier: Apache-2.0
#include "suspension.h"

#include <emscripten.h>
#include <emscripten/stack.h>
#include <errno.h>

#include "host_imports.h"

extern "C" void _emscripten_stack_restore(void* pointer);

namespace taipan {

namespace {

WaitHooks hooks{[] {}, [] {}};

template <class Call>
Wake waitIn(Call call) {
    hooks.before();
    const Wake wake = suspendIn(call);
    if (wake == Wake::Signal)
        hooks.interrupted();
    return wake;
}

}  // namespace

void setWaitHooks(const WaitHooks& chosen) {
    hooks = chosen;
}

Context::Context() : thread_(&currentThread()), stack_(emscripten_stack_get_current()), error_(errno) {
    for (size_t i = 0; i < kThreadLocals.size(); ++i)
        locals_[i] = *kThreadLocals[i];
}

void Context::restore() const {
    _emscripten_stack_restore(reinterpret_cast<void*>(stack_));
    for (size_t i = 0; i < kThreadLocals.size(); ++i)
        *kThreadLocals[i] = locals_[i];
    setCurrentThread(*thread_);
    errno = error_;
}

Wake suspend(double milliseconds, Interruptible interruptible) {
    const bool may_be_interrupted = interruptible == Interruptible::Yes && isMainThread(currentThread());
    return suspendIn([&](uintptr_t thread) { return taipan_wait(thread, milliseconds, may_be_interrupted); });
}

Wake waitForDescriptor(int descriptor, Direction direction) {
    const bool may_be_interrupted = isMainThread(currentThread());
    return waitIn([&](uintptr_t thread) {
        return taipan_wait_descriptor(thread, descriptor, direction == Direction::Write, may_be_interrupted);
    });
}

Wake waitForDescriptors(const pollfd* descriptors, size_t count, double milliseconds) {
    const bool may_be_interrupted = isMainThread(currentThread());
    return waitIn([&](uintptr_t thread) {
        return taipan_wait_descriptors(thread, descriptors, count, milliseconds, may_be_interrupted);
    });
}

void wake(Thread& thread) {
    taipan_wake(reinterpret_cast<uintptr_t>(&thread));
}

void yieldToHost() {
    const Context context;
    taipan_yield();
    context.restore();
}

double monotonicNow() {
    return emscripten_get_now();
}

}  // namespace taipan
