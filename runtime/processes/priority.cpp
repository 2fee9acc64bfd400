// SPDX-License-Identifier: Apache-2.0
// How nice this process is. It is remembered; who runs when is up to the machine.
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace {

constexpr int kNicest = 19;
constexpr int kLeastNice = -20;

int niceness = 0;

/// Whether it is this process.
bool isMeant(int which, id_t who) {
    const auto number = static_cast<pid_t>(who);
    switch (which) {
        case PRIO_PROCESS:
            return number == 0 || number == getpid();
        case PRIO_PGRP:
            return number == 0 || number == getpgrp();
        case PRIO_USER:
            return number == 0 || who == getuid();
        default:
            return false;
    }
}

/// Others are as they began, and stay so: 0 when there is one, else -1 with errno.
int findOther(int which, id_t who) {
    if (which != PRIO_PROCESS && which != PRIO_PGRP && which != PRIO_USER) {
        errno = EINVAL;
        return -1;
    }
    if (which == PRIO_PROCESS && getpgid(static_cast<pid_t>(who)) >= 0)
        return 0;
    errno = ESRCH;
    return -1;
}

/// Only root takes back what it has given away.
bool become(int wanted) {
    const int value = std::clamp(wanted, kLeastNice, kNicest);
    if (value < niceness && geteuid() != 0)
        return false;
    niceness = value;
    return true;
}

}  // namespace

extern "C" {

int getpriority(int which, id_t who) {
    return isMeant(which, who) ? niceness : findOther(which, who);
}

int setpriority(int which, id_t who, int value) {
    if (!isMeant(which, who)) {
        if (findOther(which, who) == 0)
            errno = EPERM;
        return -1;
    }
    if (become(value))
        return 0;
    errno = EACCES;
    return -1;
}

int nice(int increment) {
    if (become(niceness + std::clamp(increment, kLeastNice - kNicest, kNicest - kLeastNice)))
        return niceness;
    errno = EPERM;
    return -1;
}

}  // extern "C"
