// SPDX-License-Identifier: Apache-2.0
// pthread_create and what follows from it. The host starts a thread by calling taipan_thread_main on a stack
// of its own, once the thread that runs has come to a wait.
#include "thread.h"

#include <emscripten/stack.h>
#include <emscripten/threading.h>
#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <new>

#include "../cpu_clock.h"
#include "../host_imports.h"
#include "attributes.h"

extern "C" void _emscripten_stack_restore(void* pointer);

namespace taipan {

namespace {

constexpr size_t kStackAlignment = 16;
// What the host calls the interpreter on while nobody runs and the last to run has ended.
constexpr size_t kHostStackSize = 64 * 1024;

struct State {
    Thread main{};
    Thread* current = nullptr;
    double running_since = 0;  // of cpuNow(), when it took its turn
    int others = 0;
    uint64_t arrivals = 0;
    Thread* ended = nullptr;  // the last detached thread to end, whose memory was in use until now
    WaitQueue all_ended;      // pthread_exit of the main thread
    alignas(kStackAlignment) unsigned char host_stack[kHostStackSize];
};

// Of a program there is one.
State state;

void release(Thread* thread) {
    if (thread == nullptr)
        return;
    free(thread->stack);
    thread->~Thread();
    free(thread);
}

Thread* allocate(size_t stack_size) {
    void* const memory = aligned_alloc(alignof(Thread), sizeof(Thread));
    void* const stack = memory == nullptr ? nullptr : aligned_alloc(kStackAlignment, stack_size);
    if (stack == nullptr) {
        free(memory);
        return nullptr;
    }
    auto* const thread = new (memory) Thread{};
    // With the locale that everybody has.
    memcpy(thread->library, reinterpret_cast<void*>(emscripten_main_runtime_thread_id()), kLibraryThreadSize);
    memcpy(thread->library, &thread, sizeof thread);  // it begins with a pointer to itself
    thread->stack = stack;
    thread->stack_size = stack_size;
    return thread;
}

// The last of what runs on the thread's own stack.
void leave(Thread& thread) {
    destroySpecific(thread);
    for (void** const local : kThreadLocals)
        *local = nullptr;
    thread.has_ended = true;
    --state.others;
    release(state.ended);
    state.ended = thread.is_detached ? &thread : nullptr;
    thread.joiners.wakeAll();
    if (state.others == 0)
        state.all_ended.wakeAll();
}

// Not inlined: what calls it has moved the stack.
[[gnu::noinline]] void runThread(Thread& thread) {
    jmp_buf exit_point;
    thread.exit_point = &exit_point;
    if (setjmp(exit_point) == 0)
        thread.result = thread.run(thread.argument);
    leave(thread);
}

}  // namespace

Thread& mainThread() {
    return state.main;
}

Thread& currentThread() {
    return state.current == nullptr ? state.main : *state.current;
}

// Clocks are read only when the turn is another's: most waits end in the thread that waited.
void setCurrentThread(Thread& thread) {
    if (&thread == &currentThread())
        return;
    const double now = cpuNow();
    currentThread().computed += now - state.running_since;
    state.running_since = now;
    state.current = &thread;
}

double threadCpuNow() {
    return currentThread().computed + cpuNow() - state.running_since;
}

Thread& threadOf(pthread_t thread) {
    return thread == emscripten_main_runtime_thread_id() ? state.main : *reinterpret_cast<Thread*>(thread);
}

uint64_t nextArrival() {
    return ++state.arrivals;
}

int otherThreads() {
    return state.others;
}

size_t stackSizeOf(const Thread& thread) {
    return isMainThread(thread) ? emscripten_stack_get_base() - emscripten_stack_get_end()
                                : thread.stack_size;
}

}  // namespace taipan

using taipan::Thread;

extern "C" {

// In the place of the C library's, which knows of one thread. Linked with --wrap.
uintptr_t __wrap___get_tp() {
    Thread& thread = taipan::currentThread();
    return taipan::isMainThread(thread) ? reinterpret_cast<uintptr_t>(emscripten_main_runtime_thread_id())
                                        : reinterpret_cast<uintptr_t>(&thread);
}

// The host calls it, and may suspend it like main.
__attribute__((used, visibility("default"))) void taipan_thread_main(Thread* thread) {
    _emscripten_stack_restore(static_cast<unsigned char*>(thread->stack) + thread->stack_size);
    taipan::setCurrentThread(*thread);
    for (void** const local : taipan::kThreadLocals)
        *local = nullptr;
    errno = 0;
    taipan::runThread(*thread);
    _emscripten_stack_restore(taipan::state.host_stack + taipan::kHostStackSize);
}

int pthread_create(pthread_t* result, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) {
    Thread* const thread = taipan::allocate(taipan::stackSizeIn(attributes));
    if (thread == nullptr)
        return EAGAIN;
    thread->run = run;
    thread->argument = argument;
    thread->blocked = taipan::currentThread().blocked;
    thread->is_detached = taipan::isDetachedIn(attributes);
    if (taipan_thread_start(reinterpret_cast<uintptr_t>(thread)) != 0) {
        taipan::release(thread);
        return EAGAIN;
    }
    ++taipan::state.others;
    *result = reinterpret_cast<pthread_t>(thread);
    return 0;
}

int pthread_join(pthread_t id, void** result) {
    Thread* const thread = &taipan::threadOf(id);
    if (thread == &taipan::currentThread())
        return EDEADLK;
    if (thread->is_detached || thread->is_joined)
        return EINVAL;
    thread->is_joined = true;
    while (!thread->has_ended) {
        if (!thread->joiners.wait(-1, false)) {
            thread->is_joined = false;
            return errno;
        }
    }
    if (result != nullptr)
        *result = thread->result;
    taipan::release(thread);
    return 0;
}

int pthread_detach(pthread_t id) {
    Thread* const thread = &taipan::threadOf(id);
    if (thread->is_detached || thread->is_joined)
        return EINVAL;
    thread->is_detached = true;
    if (thread->has_ended)
        taipan::release(thread);
    return 0;
}

int thrd_detach(pthread_t id) {
    return pthread_detach(id);
}

_Noreturn void pthread_exit(void* result) {
    Thread& thread = taipan::currentThread();
    if (taipan::isMainThread(thread)) {
        while (taipan::otherThreads() > 0 && taipan::state.all_ended.wait(-1, true)) {
        }
        exit(0);
    }
    thread.result = result;
    longjmp(*static_cast<jmp_buf*>(thread.exit_point), 1);
}

int pthread_cancel(pthread_t) {
    return ENOSYS;
}

}  // extern "C"
