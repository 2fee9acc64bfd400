// SPDX-License-Identifier: Apache-2.0
// Timers that end in signals: alarm, setitimer, the limit of CPU time. The one of real time is the host's;
// those of the program's own time are looked at in the eval loop's tick.
#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "../cpu_clock.h"
#include "../host_imports.h"
#include "../suspension.h"
#include "signals.h"

namespace taipan {

namespace {

constexpr double kMillisecondsPerSecond = 1e3;
constexpr double kMicrosecondsPerMillisecond = 1e3;
constexpr double kNever = -1;

struct Timer {
    double deadline = kNever;  // milliseconds of its clock
    double interval = 0;
};

constexpr std::array<int, 3> kSignals = {SIGALRM, SIGVTALRM, SIGPROF};

// Of ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF.
std::array<Timer, kSignals.size()> timers;

// RLIMIT_CPU.
Timer cpu_limit;
double cpu_end = kNever;

double clockOf(int which) {
    return which == ITIMER_REAL ? monotonicNow() : cpuNow();
}

double limitOf(rlim_t seconds) {
    return seconds == RLIM_INFINITY ? kNever : static_cast<double>(seconds) * kMillisecondsPerSecond;
}

void checkCpuLimit() {
    const double now = cpuNow();
    if (cpu_end >= 0 && now >= cpu_end)
        deliverSignal(SIGKILL);
    if (cpu_limit.deadline < 0 || now < cpu_limit.deadline)
        return;
    cpu_limit.deadline += cpu_limit.interval;
    deliverSignal(SIGXCPU);
}

timeval timevalOf(double milliseconds) {
    timeval result{};
    result.tv_sec = static_cast<time_t>(milliseconds / kMillisecondsPerSecond);
    result.tv_usec = static_cast<suseconds_t>(
        (milliseconds - static_cast<double>(result.tv_sec) * kMillisecondsPerSecond) *
        kMicrosecondsPerMillisecond);
    return result;
}

double millisecondsOf(const timeval& time) {
    return static_cast<double>(time.tv_sec) * kMillisecondsPerSecond +
           static_cast<double>(time.tv_usec) / kMicrosecondsPerMillisecond;
}

bool isTime(const timeval& time) {
    return time.tv_sec >= 0 && time.tv_usec >= 0 && time.tv_usec < 1'000'000;
}

itimerval valueOf(int which) {
    Timer& timer = timers[static_cast<size_t>(which)];
    const double now = clockOf(which);
    // The host's timer goes on by itself.
    if (which == ITIMER_REAL && timer.deadline >= 0 && timer.deadline <= now) {
        timer.deadline = timer.interval > 0 ? now + timer.interval : kNever;
    }
    // While it runs it is never zero, which would mean that it does not.
    const double left =
        timer.deadline < 0 ? 0 : std::max(timer.deadline - now, 1 / kMicrosecondsPerMillisecond);
    return {timevalOf(timer.interval), timevalOf(left)};
}

}  // namespace

void checkProgramTimers() {
    for (int which : {ITIMER_VIRTUAL, ITIMER_PROF}) {
        Timer& timer = timers[static_cast<size_t>(which)];
        if (timer.deadline < 0 || clockOf(which) < timer.deadline)
            continue;
        timer.deadline = timer.interval > 0 ? clockOf(which) + timer.interval : kNever;
        deliverSignal(kSignals[static_cast<size_t>(which)]);
    }
    if (cpu_limit.deadline >= 0 || cpu_end >= 0)
        checkCpuLimit();
}

void limitCpuTime(rlim_t soft, rlim_t hard) {
    cpu_limit = {limitOf(soft), kMillisecondsPerSecond};
    cpu_end = limitOf(hard);
}

}  // namespace taipan

extern "C" {

int getitimer(int which, itimerval* value) {
    if (which < 0 || which >= static_cast<int>(taipan::timers.size())) {
        errno = EINVAL;
        return -1;
    }
    *value = taipan::valueOf(which);
    return 0;
}

int setitimer(int which, const itimerval* value, itimerval* old) {
    if (which < 0 || which >= static_cast<int>(taipan::timers.size()) || !taipan::isTime(value->it_value) ||
        !taipan::isTime(value->it_interval)) {
        errno = EINVAL;
        return -1;
    }
    if (old != nullptr)
        *old = taipan::valueOf(which);
    const double first = taipan::millisecondsOf(value->it_value);
    const double interval = taipan::millisecondsOf(value->it_interval);
    taipan::timers[static_cast<size_t>(which)] = {first > 0 ? taipan::clockOf(which) + first : taipan::kNever,
                                                  interval};
    if (which == ITIMER_REAL)
        taipan_set_alarm(first, interval);
    return 0;
}

unsigned alarm(unsigned seconds) {
    itimerval value{};
    itimerval old{};
    value.it_value.tv_sec = static_cast<time_t>(seconds);
    setitimer(ITIMER_REAL, &value, &old);
    // What is left of a second is one.
    return static_cast<unsigned>(old.it_value.tv_sec) + (old.it_value.tv_usec > 0 ? 1 : 0);
}

// Emscripten's glue wants these for timers of its own.
void _emscripten_timeout(int, double) {}
void _emscripten_check_timers(double) {}

}  // extern "C"
