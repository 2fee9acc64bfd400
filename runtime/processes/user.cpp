// SPDX-License-Identifier: Apache-2.0
// Whom a process belongs to: the user of the machine, who cannot become another.
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

#include "../host_imports.h"

namespace {

constexpr uint32_t kUnchanged = ~0U;

int stay(uint32_t own, uint32_t wanted) {
    if (wanted == kUnchanged || wanted == own)
        return 0;
    errno = EPERM;
    return -1;
}

}  // namespace

extern "C" {

uid_t getuid() {
    return static_cast<uid_t>(taipan_user_id());
}

gid_t getgid() {
    return static_cast<gid_t>(taipan_group_id());
}

uid_t geteuid() {
    return getuid();
}

gid_t getegid() {
    return getgid();
}

int setuid(uid_t user) {
    return stay(getuid(), user);
}

int setgid(gid_t group) {
    return stay(getgid(), group);
}

int seteuid(uid_t user) {
    return setuid(user);
}

int setegid(gid_t group) {
    return setgid(group);
}

int setreuid(uid_t real, uid_t effective) {
    return setuid(real) < 0 ? -1 : setuid(effective);
}

int setregid(gid_t real, gid_t effective) {
    return setgid(real) < 0 ? -1 : setgid(effective);
}

}  // extern "C"
