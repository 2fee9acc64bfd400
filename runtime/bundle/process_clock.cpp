// SPDX-License-Identifier: Apache-2.0
// WASI has no clock for what a process computes, so the C library counts from the process's start. It looks
// at the clock in a constructor, which a program with a snapshot has run when it was compiled: hence these in
// the place of the library's.
#include "process_clock.h"

#include <time.h>
#include <wasi/api.h>

namespace {

constexpr __wasi_timestamp_t kNanosecondsPerSecond = 1'000'000'000;

__wasi_timestamp_t start = 0;

__wasi_timestamp_t now() {
    __wasi_timestamp_t time = 0;
    return __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &time) == 0 ? time : 0;
}

}  // namespace

void startProcessClock() {
    start = now();
}

extern "C" {

// What the library's times() and getrusage() ask.
__wasi_timestamp_t __clock() {
    return now() - start;
}

clock_t clock() {
    return static_cast<clock_t>(__clock() / (kNanosecondsPerSecond / CLOCKS_PER_SEC));
}

}  // extern "C"
