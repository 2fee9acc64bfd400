// SPDX-License-Identifier: Apache-2.0
// Semaphores of POSIX, which CPython's locks are made of. A wait of the main thread ends with EINTR when a
// signal comes.
#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <time.h>

#include "thread.h"

using taipan::WaitQueue;

namespace {

struct Semaphore {
    unsigned value;
    WaitQueue waiting;
};

Semaphore& semaphoreOf(sem_t* semaphore) {
    static_assert(sizeof(Semaphore) <= sizeof(sem_t));
    return *reinterpret_cast<Semaphore*>(semaphore);
}

int failure(int error) {
    errno = error;
    return -1;
}

bool take(Semaphore& semaphore) {
    if (semaphore.value == 0)
        return false;
    --semaphore.value;
    return true;
}

// Who wakes a waiter has left it the unit that it posts.
int waitUntil(Semaphore& semaphore, double deadline) {
    return take(semaphore) || semaphore.waiting.wait(deadline, true) ? 0 : -1;
}

}  // namespace

extern "C" {

int sem_init(sem_t* semaphore, int, unsigned value) {
    if (value > SEM_VALUE_MAX)
        return failure(EINVAL);
    semaphoreOf(semaphore) = Semaphore{};
    semaphoreOf(semaphore).value = value;
    return 0;
}

int sem_destroy(sem_t*) {
    return 0;
}

int sem_getvalue(sem_t* semaphore, int* value) {
    *value = static_cast<int>(semaphoreOf(semaphore).value);
    return 0;
}

int sem_post(sem_t* semaphore) {
    Semaphore& own = semaphoreOf(semaphore);
    if (own.waiting.wakeOne() != nullptr)
        return 0;
    if (own.value == SEM_VALUE_MAX)
        return failure(EOVERFLOW);
    ++own.value;
    return 0;
}

int sem_trywait(sem_t* semaphore) {
    return take(semaphoreOf(semaphore)) ? 0 : failure(EAGAIN);
}

int sem_wait(sem_t* semaphore) {
    return waitUntil(semaphoreOf(semaphore), -1);
}

int sem_timedwait(sem_t* semaphore, const timespec* time) {
    if (take(semaphoreOf(semaphore)))
        return 0;
    if (time->tv_nsec < 0 || time->tv_nsec >= 1'000'000'000)
        return failure(EINVAL);
    return waitUntil(semaphoreOf(semaphore), taipan::deadlineOf(CLOCK_REALTIME, *time));
}

}  // extern "C"
