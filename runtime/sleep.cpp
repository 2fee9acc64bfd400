// SPDX-License-Identifier: Apache-2.0
// The C library's sleeps, for Emscripten: they suspend the interpreter in the host instead of spinning.
// Linked with
// --wrap, so CPython and every library come through here.
#include <errno.h>
#include <time.h>

#include "shared_memory/mappings.h"
#include "suspension.h"

namespace {

constexpr double kMillisecondsPerSecond = 1e3;
constexpr double kNanosecondsPerMillisecond = 1e6;

double toMilliseconds(const timespec& time) {
    return static_cast<double>(time.tv_sec) * kMillisecondsPerSecond +
           static_cast<double>(time.tv_nsec) / kNanosecondsPerMillisecond;
}

timespec toTimespec(double milliseconds) {
    timespec time{};
    time.tv_sec = static_cast<time_t>(milliseconds / kMillisecondsPerSecond);
    time.tv_nsec =
        static_cast<long>((milliseconds - static_cast<double>(time.tv_sec) * kMillisecondsPerSecond) *
                          kNanosecondsPerMillisecond);
    return time;
}

double nowMilliseconds(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return toMilliseconds(now);
}

// Returns 0 or an errno; `remaining` is only written when a signal cut the sleep short.
int sleepFor(double milliseconds, timespec* remaining) {
    const double deadline = nowMilliseconds(CLOCK_MONOTONIC) + milliseconds;
    taipan::shared_memory::publish();
    const taipan::Wake result = taipan::suspend(milliseconds, taipan::Interruptible::Yes);
    taipan::shared_memory::exchange();
    if (result != taipan::Wake::Signal)
        return 0;
    if (remaining != nullptr) {
        const double left = deadline - nowMilliseconds(CLOCK_MONOTONIC);
        *remaining = toTimespec(left > 0 ? left : 0);
    }
    return EINTR;
}

}  // namespace

extern "C" {

int __wrap_clock_nanosleep(clockid_t clock, int flags, const timespec* request, timespec* remaining) {
    if (request->tv_sec < 0 || request->tv_nsec < 0 || request->tv_nsec >= 1'000'000'000) {
        return EINVAL;
    }
    if ((flags & TIMER_ABSTIME) != 0) {
        const double left = toMilliseconds(*request) - nowMilliseconds(clock);
        return left > 0 ? sleepFor(left, nullptr) : 0;
    }
    return sleepFor(toMilliseconds(*request), remaining);
}

int __wrap_nanosleep(const timespec* request, timespec* remaining) {
    if (const int error = __wrap_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remaining); error != 0) {
        errno = error;
        return -1;
    }
    return 0;
}

}  // extern "C"
