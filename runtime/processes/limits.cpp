// SPDX-License-Identifier: Apache-2.0
// Resource limits of this process. There are few: the host's table of descriptors, the kernel's of processes
// and C's stack. Of those that are set, RLIMIT_NOFILE and RLIMIT_CPU are held.
#include "kernel/limits.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>

#include "../failure.h"
#include "../host_imports.h"
#include "../kernel_client.h"
#include "../signals/signals.h"
#include "../threads/thread.h"

namespace {

using Limits = std::array<rlimit, RLIM_NLIMITS>;

/// What there is of everything. Nobody may have more.
Limits firstLimits() {
    Limits limits;
    limits.fill({RLIM_INFINITY, RLIM_INFINITY});
    const auto give = [&](int resource, rlim_t count) {
        limits[static_cast<size_t>(resource)] = {count, count};
    };
    give(RLIMIT_NOFILE, static_cast<rlim_t>(taipan_limit_descriptors(-1)));
    give(RLIMIT_NPROC, taipan::kernel::Limits{}.processes);
    give(RLIMIT_STACK, taipan::stackSizeOf(taipan::mainThread()));
    return limits;
}

const Limits& largest() {
    static const Limits limits = firstLimits();
    return limits;
}

rlimit& limitOf(int resource) {
    static Limits limits = largest();
    return limits[static_cast<size_t>(resource)];
}

/// 0, or why the limit is refused.
int refusal(int resource, const rlimit& wanted) {
    if (wanted.rlim_cur > wanted.rlim_max)
        return EINVAL;
    if (wanted.rlim_max <= limitOf(resource).rlim_max)
        return 0;
    // Root may have what there is.
    const bool possible = wanted.rlim_max <= largest()[static_cast<size_t>(resource)].rlim_max;
    return possible && geteuid() == 0 ? 0 : EPERM;
}

void hold(int resource, const rlimit& limit) {
    if (resource == RLIMIT_NOFILE)
        taipan_limit_descriptors(static_cast<int32_t>(limit.rlim_cur));
    else if (resource == RLIMIT_CPU)
        taipan::limitCpuTime(limit.rlim_cur, limit.rlim_max);
}

}  // namespace

extern "C" {

int prlimit(pid_t process, int resource, const rlimit* wanted, rlimit* old) {
    if (resource < 0 || resource >= RLIM_NLIMITS)
        return taipan::failure(EINVAL);
    if (process != 0 && process != getpid())
        return getpgid(process) < 0 ? -1 : taipan::failure(EPERM);  // of others nobody keeps limits
    rlimit& limit = limitOf(resource);
    const rlimit before = limit;
    if (wanted != nullptr) {
        if (const int error = refusal(resource, *wanted); error != 0)
            return taipan::failure(error);
        limit = *wanted;
        hold(resource, limit);
    }
    if (old != nullptr)
        *old = before;
    return 0;
}

int getrlimit(int resource, rlimit* limit) {
    return prlimit(0, resource, nullptr, limit);
}

int setrlimit(int resource, const rlimit* limit) {
    return prlimit(0, resource, limit, nullptr);
}

// Emscripten's has numbers of its own for these two.
long __real_sysconf(int name);

long __wrap_sysconf(int name) {
    if (name == _SC_OPEN_MAX)
        return static_cast<long>(limitOf(RLIMIT_NOFILE).rlim_cur);
    if (name == _SC_CHILD_MAX)
        return static_cast<long>(limitOf(RLIMIT_NPROC).rlim_cur);
    return __real_sysconf(name);
}

}  // extern "C"
