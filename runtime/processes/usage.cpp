// SPDX-License-Identifier: Apache-2.0
// getrusage and times: CPU time, all of which is the user's, and memory. A child's come with its end, from
// the kernel; of one that was killed, or is no program of ours, nobody knows them, and they are 0.
#include "usage.h"

#include <errno.h>
#include <sys/times.h>
#include <unistd.h>

#include "../cpu_clock.h"
#include "../suspension.h"
#include "../threads/thread.h"

namespace taipan {

namespace {

constexpr double kNanosecondsPerMillisecond = 1e6;
constexpr double kMillisecondsPerSecond = 1e3;
constexpr uint64_t kNanosecondsPerMicrosecond = 1'000;
constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr uint64_t kBytesPerUnit = 1024;  // of ru_maxrss
constexpr uint64_t kPage = 65536;

kernel::ResourceUsage of_children;

/// Memory never shrinks, so what there is is the most there was.
kernel::ResourceUsage usageNow(double computed) {
    return {static_cast<uint64_t>(computed * kNanosecondsPerMillisecond),
            __builtin_wasm_memory_size(0) * kPage};
}

clock_t ticksOf(double milliseconds) {
    const double ticks = milliseconds / kMillisecondsPerSecond * static_cast<double>(sysconf(_SC_CLK_TCK));
    return static_cast<clock_t>(ticks);
}

}  // namespace

rusage rusageOf(const kernel::ResourceUsage& usage) {
    rusage result{};
    result.ru_utime.tv_sec = static_cast<time_t>(usage.cpu_time / kNanosecondsPerSecond);
    result.ru_utime.tv_usec =
        static_cast<suseconds_t>(usage.cpu_time % kNanosecondsPerSecond / kNanosecondsPerMicrosecond);
    result.ru_maxrss = static_cast<long>(usage.peak_memory / kBytesPerUnit);
    return result;
}

void addUsageOfChild(const kernel::ResourceUsage& usage) {
    of_children = of_children.with(usage);
}

}  // namespace taipan

extern "C" {

int getrusage(int who, rusage* result) {
    switch (who) {
        case RUSAGE_SELF:
            *result = taipan::rusageOf(taipan::usageNow(taipan::cpuNow()));
            return 0;
        case RUSAGE_THREAD:
            *result = taipan::rusageOf(taipan::usageNow(taipan::threadCpuNow()));
            return 0;
        case RUSAGE_CHILDREN:
            *result = taipan::rusageOf(taipan::of_children);
            return 0;
        default:
            errno = EINVAL;
            return -1;
    }
}

// In the place of Emscripten's, which stands in an object file with much else.
clock_t __wrap_times(tms* result) {
    if (result != nullptr) {
        *result = {};
        result->tms_utime = taipan::ticksOf(taipan::cpuNow());
        result->tms_cutime = taipan::ticksOf(static_cast<double>(taipan::of_children.cpu_time) /
                                             taipan::kNanosecondsPerMillisecond);
    }
    return taipan::ticksOf(taipan::monotonicNow());
}

}  // extern "C"
