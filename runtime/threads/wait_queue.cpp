// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <time.h>

#include <algorithm>

#include "../suspension.h"
#include "thread.h"

namespace taipan {

namespace {

// As long as CPython lets a thread run when others want to.
constexpr double kPatience = 5.0;  // milliseconds

// Threads that have been woken and have not gone on yet, and since when there are any.
int runnable = 0;
double runnable_since = 0;

void noteRunnable() {
    if (runnable++ == 0)
        runnable_since = monotonicNow();
}

void noteRunning() {
    --runnable;
    runnable_since = monotonicNow();
}

}  // namespace

void letOthersRun() {
    if (runnable > 0 && monotonicNow() - runnable_since > kPatience)
        yieldToHost();
}

/// Lives on the stack of the thread that waits.
struct Waiter {
    Thread* thread;
    uint64_t arrival;
    Waiter* previous;
    Waiter* next;
    bool is_queued;
};

// Who comes back from a time that was over has not lost its place: CPython waits for its lock in short
// pieces.
bool WaitQueue::wait(double deadline, bool may_be_interrupted) {
    Thread& thread = currentThread();
    if (thread.timed_out_in != this)
        thread.arrival = nextArrival();
    Waiter waiter{&thread, thread.arrival, nullptr, nullptr, true};
    insert(waiter);
    const double left = deadline < 0 ? -1 : std::max(deadline - monotonicNow(), 0.0);
    const Wake result = suspend(left, may_be_interrupted ? Interruptible::Yes : Interruptible::No);
    // Who has been taken from the queue has got what it waited for, whatever else came.
    if (!waiter.is_queued) {
        noteRunning();
        if (thread.timed_out_in == this)
            thread.timed_out_in = nullptr;
        return true;
    }
    remove(waiter);
    thread.timed_out_in = this;
    errno = result == Wake::TimedOut ? ETIMEDOUT : result == Wake::Signal ? EINTR : EDEADLK;
    return false;
}

void WaitQueue::insert(Waiter& waiter) {
    waiter.previous = last_;
    while (waiter.previous != nullptr && waiter.previous->arrival > waiter.arrival)
        waiter.previous = waiter.previous->previous;
    waiter.next = waiter.previous == nullptr ? first_ : waiter.previous->next;
    (waiter.previous == nullptr ? first_ : waiter.previous->next) = &waiter;
    (waiter.next == nullptr ? last_ : waiter.next->previous) = &waiter;
}

void WaitQueue::remove(Waiter& waiter) {
    (waiter.previous == nullptr ? first_ : waiter.previous->next) = waiter.next;
    (waiter.next == nullptr ? last_ : waiter.next->previous) = waiter.previous;
    waiter.is_queued = false;
}

Thread* WaitQueue::wakeOne() {
    if (first_ == nullptr)
        return nullptr;
    Waiter& waiter = *first_;
    remove(waiter);
    noteRunnable();
    wake(*waiter.thread);
    return waiter.thread;
}

void WaitQueue::wakeAll() {
    while (wakeOne() != nullptr) {
    }
}

double deadlineOf(clockid_t clock, const timespec& time) {
    constexpr double kMillisecondsPerSecond = 1e3;
    constexpr double kNanosecondsPerMillisecond = 1e6;
    timespec now{};
    clock_gettime(clock, &now);
    const double left = static_cast<double>(time.tv_sec - now.tv_sec) * kMillisecondsPerSecond +
                        static_cast<double>(time.tv_nsec - now.tv_nsec) / kNanosecondsPerMillisecond;
    return std::max(monotonicNow() + left, 0.0);
}

}  // namespace taipan
