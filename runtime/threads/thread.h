// SPDX-License-Identifier: Apache-2.0
// Threads of the program, for Emscripten: each has a WebAssembly stack of its own in the host and a part of
// memory for what C keeps on its stack, and one runs at a time, until it waits. This is what the parts of
// pthreads in this folder know of each other.
#pragma once

#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <array>

extern "C" {
// Of CPython: the variables that it has one of per thread. Compiled for one thread they are plain variables.
extern void* _Py_tss_tstate;
extern void* pkgcontext;
}

namespace taipan {

/// Variables of thread storage duration, which suspension.cpp switches with the thread.
constexpr std::array<void**, 2> kThreadLocals = {&_Py_tss_tstate, &pkgcontext};

/// What the C library keeps of a thread (musl's struct pthread): what it uses of it without threads of its
/// own is the locale.
constexpr size_t kLibraryThreadSize = 136;

struct Waiter;

/// Threads that wait for something, in the order in which they came. Zeros are an empty queue.
class WaitQueue {
  public:
    bool isEmpty() const { return first_ == nullptr; }

    /// Suspends the calling thread until wakeOne() or wakeAll() reaches it. False when `deadline` (of
    /// monotonicNow(); negative: none), a signal or a host that cannot suspend came first: errno then says
    /// ETIMEDOUT, EINTR or EDEADLK.
    bool wait(double deadline, bool may_be_interrupted);

    /// Gives the thread that has waited longest, which waits no more; null when there is none.
    struct Thread* wakeOne();
    void wakeAll();

  private:
    Waiter* first_;
    Waiter* last_;

    void insert(Waiter& waiter);
    void remove(Waiter& waiter);
};

/// What a thread keeps under a key of pthreads.
struct Specific {
    const void* value;
    unsigned generation;
};

struct Thread {
    // The C library's part comes first: pthread_t points to it.
    alignas(16) unsigned char library[kLibraryThreadSize];
    void* (*run)(void*);
    void* argument;
    void* result;
    void* stack;
    size_t stack_size;
    void* exit_point;  // jmp_buf of pthread_exit
    std::array<Specific, PTHREAD_KEYS_MAX> specific;
    WaitQueue joiners;
    uint64_t arrival;               // at the queue that it waits or has last waited in
    const WaitQueue* timed_out_in;  // where its last wait was in vain
    double computed;                // milliseconds, until another thread last took its turn
    uint64_t blocked;               // signals (signals/signals.h)
    uint64_t pending;
    bool hands_over;  // shared memory (shared_memory/mappings.h), and is not to begin so again
    bool is_detached;
    bool is_joined;  // by somebody who waits
    bool has_ended;
};

/// The main thread has no Thread of its own making.
Thread& mainThread();
Thread& currentThread();
void setCurrentThread(Thread& thread);
/// Milliseconds in which the calling thread has computed.
double threadCpuNow();
Thread& threadOf(pthread_t thread);
inline bool isMainThread(const Thread& thread) {
    return &thread == &mainThread();
}

/// Numbers that grow.
uint64_t nextArrival();

/// How many there are beside the main thread and have not ended.
int otherThreads();

/// Suspends the calling thread for a moment when others have been able to run for some time: who gives a lock
/// back and takes it again at once would otherwise never let go of it.
void letOthersRun();

/// Bytes of stack in memory that the calling thread may use.
size_t stackSizeOf(const Thread& thread);

/// Calls the destructors of the calling thread's keys, as POSIX has it.
void destroySpecific(Thread& thread);

/// From a time of the clock to a deadline of monotonicNow().
double deadlineOf(clockid_t clock, const timespec& time);

}  // namespace taipan
