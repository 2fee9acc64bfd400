// SPDX-License-Identifier: Apache-2.0
// Semaphores of POSIX: those of one program, which CPython's locks are made of, and those with a name, which
// the kernel has for all processes. A wait of the main thread ends with EINTR when a signal comes.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <time.h>

#include <algorithm>
#include <new>

#include "../failure.h"
#include "../kernel_client.h"
#include "../shared_memory/mappings.h"
#include "thread.h"

using taipan::failure;
using taipan::WaitQueue;
namespace kernel = taipan::kernel;

namespace {

struct Semaphore {
    unsigned value;
    WaitQueue waiting;
    // The kernel's number and one more, of one with a name.
    int32_t named;

    kernel::Descriptor handle() const { return {named - 1}; }
};

Semaphore& semaphoreOf(sem_t* semaphore) {
    static_assert(sizeof(Semaphore) <= sizeof(sem_t));
    return *reinterpret_cast<Semaphore*>(semaphore);
}

bool take(Semaphore& semaphore) {
    if (semaphore.value == 0)
        return false;
    --semaphore.value;
    return true;
}

// Who wakes a waiter has left it the unit that it posts.
int waitUntil(Semaphore& semaphore, double deadline) {
    if (take(semaphore))
        return 0;
    // Others may need it for what this thread waits for. It may take a while, so the unit may be there then.
    taipan::shared_memory::publish();
    if (take(semaphore) || semaphore.waiting.wait(deadline, true))
        return 0;
    if (errno == EINTR) {
        taipan::shared_memory::exchange();
        errno = EINTR;
    }
    return -1;
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
    const Semaphore& own = semaphoreOf(semaphore);
    if (own.named == 0) {
        *value = static_cast<int>(own.value);
        return 0;
    }
    const int64_t result = taipan::resultOf(taipan::askKernel(kernel::GetSemaphoreValue{own.handle()}));
    if (result < 0)
        return -1;
    *value = static_cast<int>(result);
    return 0;
}

int sem_post(sem_t* semaphore) {
    Semaphore& own = semaphoreOf(semaphore);
    if (own.named != 0)
        return taipan::callKernel(kernel::PostSemaphore{own.handle()});
    if (own.waiting.wakeOne() != nullptr)
        return 0;
    if (own.value == SEM_VALUE_MAX)
        return failure(EOVERFLOW);
    ++own.value;
    return 0;
}

int sem_trywait(sem_t* semaphore) {
    if (semaphoreOf(semaphore).named != 0)
        return taipan::callKernel(kernel::WaitSemaphore{semaphoreOf(semaphore).handle(), 0});
    return take(semaphoreOf(semaphore)) ? 0 : failure(EAGAIN);
}

int sem_wait(sem_t* semaphore) {
    if (semaphoreOf(semaphore).named != 0)
        return taipan::callKernel(kernel::WaitSemaphore{semaphoreOf(semaphore).handle(), -1});
    return waitUntil(semaphoreOf(semaphore), -1);
}

int sem_timedwait(sem_t* semaphore, const timespec* time) {
    const Semaphore& own = semaphoreOf(semaphore);
    if (own.named != 0) {
        const double left = taipan::deadlineOf(CLOCK_REALTIME, *time) - taipan::monotonicNow();
        const int result = taipan::callKernel(
            kernel::WaitSemaphore{own.handle(), taipan::kernelTimeout(std::max(left, 0.0))});
        return result < 0 && errno == EAGAIN ? failure(ETIMEDOUT) : result;
    }
    if (take(semaphoreOf(semaphore)))
        return 0;
    if (time->tv_nsec < 0 || time->tv_nsec >= 1'000'000'000)
        return failure(EINVAL);
    return waitUntil(semaphoreOf(semaphore), taipan::deadlineOf(CLOCK_REALTIME, *time));
}

// What it says of who may open it nobody asks for: all processes are one user's.
sem_t* sem_open(const char* name, int flags, ...) {
    kernel::OpenSemaphore request{name, static_cast<uint32_t>(flags), 0};
    if ((flags & O_CREAT) != 0) {
        va_list arguments;
        va_start(arguments, flags);
        static_cast<void>(va_arg(arguments, int));
        request.value = va_arg(arguments, unsigned);
        va_end(arguments);
    }
    const int64_t handle = taipan::resultOf(taipan::askKernel(request));
    if (handle < 0)
        return SEM_FAILED;
    auto* const semaphore = new (std::nothrow) sem_t{};
    if (semaphore == nullptr) {
        taipan::tellKernel(kernel::Close{{static_cast<int32_t>(handle)}});
        errno = ENOMEM;
        return SEM_FAILED;
    }
    semaphoreOf(semaphore).named = static_cast<int32_t>(handle) + 1;
    return semaphore;
}

int sem_close(sem_t* semaphore) {
    taipan::tellKernel(kernel::Close{semaphoreOf(semaphore).handle()});
    delete semaphore;
    return 0;
}

int sem_unlink(const char* name) {
    return taipan::callKernel(kernel::UnlinkSemaphore{name});
}

}  // extern "C"
