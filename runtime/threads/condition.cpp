// SPDX-License-Identifier: Apache-2.0
// Condition variables and barriers of pthreads.
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "thread.h"

using taipan::WaitQueue;

namespace {

struct Condition {
    clockid_t clock;
    WaitQueue waiting;
};

struct Barrier {
    unsigned needed;
    unsigned arrived;
    WaitQueue waiting;
};

// In pthread_condattr_t.
constexpr unsigned kClockMask = 0x7fffffff;

Condition& conditionOf(pthread_cond_t* condition) {
    static_assert(sizeof(Condition) <= sizeof(pthread_cond_t));
    return *reinterpret_cast<Condition*>(condition);
}

Barrier& barrierOf(pthread_barrier_t* barrier) {
    static_assert(sizeof(Barrier) <= sizeof(pthread_barrier_t));
    return *reinterpret_cast<Barrier*>(barrier);
}

int waitUntil(pthread_cond_t* condition, pthread_mutex_t* mutex, double deadline) {
    if (const int error = pthread_mutex_unlock(mutex); error != 0)
        return error;
    const int error = conditionOf(condition).waiting.wait(deadline, false) ? 0 : errno;
    pthread_mutex_lock(mutex);
    return error;
}

}  // namespace

extern "C" {

int pthread_condattr_init(pthread_condattr_t* attributes) {
    memset(attributes, 0, sizeof *attributes);
    return 0;
}

int pthread_condattr_setclock(pthread_condattr_t* attributes, clockid_t clock) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    attributes->__attr = (attributes->__attr & ~kClockMask) | static_cast<unsigned>(clock);
    return 0;
}

int pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes) {
    memset(condition, 0, sizeof *condition);
    if (attributes != nullptr)
        conditionOf(condition).clock = static_cast<clockid_t>(attributes->__attr & kClockMask);
    return 0;
}

int pthread_cond_destroy(pthread_cond_t* condition) {
    return conditionOf(condition).waiting.isEmpty() ? 0 : EBUSY;
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
    return waitUntil(condition, mutex, -1);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* time) {
    return waitUntil(condition, mutex, taipan::deadlineOf(conditionOf(condition).clock, *time));
}

int pthread_cond_signal(pthread_cond_t* condition) {
    conditionOf(condition).waiting.wakeOne();
    return 0;
}

int pthread_cond_broadcast(pthread_cond_t* condition) {
    conditionOf(condition).waiting.wakeAll();
    return 0;
}

int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t*, unsigned count) {
    if (count == 0)
        return EINVAL;
    memset(barrier, 0, sizeof *barrier);
    barrierOf(barrier).needed = count;
    return 0;
}

int pthread_barrier_destroy(pthread_barrier_t* barrier) {
    return barrierOf(barrier).waiting.isEmpty() ? 0 : EBUSY;
}

int pthread_barrier_wait(pthread_barrier_t* barrier) {
    Barrier& own = barrierOf(barrier);
    if (++own.arrived == own.needed) {
        own.arrived = 0;
        own.waiting.wakeAll();
        return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    return own.waiting.wait(-1, false) ? 0 : errno;
}

}  // extern "C"
