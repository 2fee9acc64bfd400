// SPDX-License-Identifier: Apache-2.0
// Mutexes of pthreads. One thread runs at a time, so nothing here is atomic. Unlocking hands a mutex to who
// has waited longest.
#include "mutex.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "thread.h"

using taipan::currentThread;
using taipan::Mutex;

namespace {

// In pthread_mutexattr_t.
constexpr unsigned kTypeMask = 3;

Mutex& mutexOf(pthread_mutex_t* mutex) {
    static_assert(sizeof(Mutex) <= sizeof(pthread_mutex_t));
    return *reinterpret_cast<Mutex*>(mutex);
}

int lockUntil(Mutex& mutex, double deadline) {
    taipan::letOthersRun();
    const int error = taipan::tryLock(mutex);
    if (error != EBUSY)
        return error;
    // Who wakes us has made us the owner.
    return mutex.waiting.wait(deadline, false) ? 0 : errno;
}

}  // namespace

namespace taipan {

int tryLock(Mutex& mutex) {
    Thread* const self = &currentThread();
    if (mutex.owner == nullptr) {
        mutex.owner = self;
        mutex.count = 1;
        return 0;
    }
    if (mutex.owner != self)
        return EBUSY;
    if (mutex.type == PTHREAD_MUTEX_RECURSIVE) {
        ++mutex.count;
        return 0;
    }
    return mutex.type == PTHREAD_MUTEX_ERRORCHECK ? EDEADLK : EBUSY;
}

int unlock(Mutex& mutex) {
    if (mutex.type != PTHREAD_MUTEX_NORMAL && mutex.owner != &currentThread())
        return EPERM;
    if (--mutex.count > 0)
        return 0;
    mutex.owner = mutex.waiting.wakeOne();
    mutex.count = mutex.owner == nullptr ? 0 : 1;
    return 0;
}

}  // namespace taipan

extern "C" {

int pthread_mutexattr_init(pthread_mutexattr_t* attributes) {
    memset(attributes, 0, sizeof *attributes);
    return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int type) {
    if (type != PTHREAD_MUTEX_NORMAL && type != PTHREAD_MUTEX_RECURSIVE && type != PTHREAD_MUTEX_ERRORCHECK)
        return EINVAL;
    attributes->__attr = (attributes->__attr & ~kTypeMask) | static_cast<unsigned>(type);
    return 0;
}

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
    memset(mutex, 0, sizeof *mutex);
    if (attributes != nullptr)
        mutexOf(mutex).type = static_cast<int>(attributes->__attr & kTypeMask);
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t* mutex) {
    return mutexOf(mutex).owner == nullptr ? 0 : EBUSY;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
    return lockUntil(mutexOf(mutex), -1);
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) {
    const int error = taipan::tryLock(mutexOf(mutex));
    return error == EDEADLK ? EBUSY : error;
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* time) {
    return lockUntil(mutexOf(mutex), taipan::deadlineOf(CLOCK_REALTIME, *time));
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
    return taipan::unlock(mutexOf(mutex));
}

int pthread_mutex_consistent(pthread_mutex_t*) {
    return EINVAL;  // it never is anything else
}

// Spin locks may be waited for like others here, and must be.
int pthread_spin_init(pthread_spinlock_t* lock, int) {
    *lock = 0;
    return 0;
}

int pthread_spin_destroy(pthread_spinlock_t*) {
    return 0;
}

int pthread_spin_trylock(pthread_spinlock_t* lock) {
    if (*lock != 0)
        return EBUSY;
    *lock = 1;
    return 0;
}

int pthread_spin_lock(pthread_spinlock_t* lock) {
    while (pthread_spin_trylock(lock) != 0)
        taipan::yieldToHost();
    return 0;
}

int pthread_spin_unlock(pthread_spinlock_t* lock) {
    *lock = 0;
    return 0;
}

}  // extern "C"
