// SPDX-License-Identifier: Apache-2.0
// Locks of pthreads for many readers or one writer. Writers that wait come before readers that come later.
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "thread.h"

using taipan::currentThread;
using taipan::Thread;
using taipan::WaitQueue;

namespace {

struct SharedLock {
    int readers;
    Thread* writer;
    WaitQueue waiting_readers;
    WaitQueue waiting_writers;
};

SharedLock& lockOf(pthread_rwlock_t* lock) {
    static_assert(sizeof(SharedLock) <= sizeof(pthread_rwlock_t));
    return *reinterpret_cast<SharedLock*>(lock);
}

int tryRead(SharedLock& lock) {
    if (lock.writer != nullptr || !lock.waiting_writers.isEmpty())
        return EBUSY;
    ++lock.readers;
    return 0;
}

int tryWrite(SharedLock& lock) {
    if (lock.writer != nullptr || lock.readers > 0)
        return EBUSY;
    lock.writer = &currentThread();
    return 0;
}

// Who wakes us has let us in.
int readUntil(SharedLock& lock, double deadline) {
    if (lock.writer == &currentThread())
        return EDEADLK;
    return tryRead(lock) == 0 || lock.waiting_readers.wait(deadline, false) ? 0 : errno;
}

// Lets in who may come now.
void admit(SharedLock& lock) {
    if (lock.writer == nullptr && lock.readers == 0)
        lock.writer = lock.waiting_writers.wakeOne();
    while (lock.writer == nullptr && lock.waiting_writers.isEmpty() &&
           lock.waiting_readers.wakeOne() != nullptr)
        ++lock.readers;
}

int writeUntil(SharedLock& lock, double deadline) {
    if (lock.writer == &currentThread())
        return EDEADLK;
    if (tryWrite(lock) == 0 || lock.waiting_writers.wait(deadline, false))
        return 0;
    const int error = errno;
    admit(lock);  // readers who came behind us
    return error;
}

}  // namespace

extern "C" {

int pthread_rwlock_init(pthread_rwlock_t* lock, const pthread_rwlockattr_t*) {
    memset(lock, 0, sizeof *lock);
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t* lock) {
    return lockOf(lock).writer == nullptr && lockOf(lock).readers == 0 ? 0 : EBUSY;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
    return readUntil(lockOf(lock), -1);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
    return tryRead(lockOf(lock));
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const timespec* time) {
    return readUntil(lockOf(lock), taipan::deadlineOf(CLOCK_REALTIME, *time));
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
    return writeUntil(lockOf(lock), -1);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
    return tryWrite(lockOf(lock));
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const timespec* time) {
    return writeUntil(lockOf(lock), taipan::deadlineOf(CLOCK_REALTIME, *time));
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
    SharedLock& own = lockOf(lock);
    if (own.writer != nullptr)
        own.writer = nullptr;
    else
        --own.readers;
    admit(own);
    return 0;
}

}  // extern "C"
