// SPDX-License-Identifier: Apache-2.0
// exec: another program in the place of this one. The C library makes all of its kin of execve.
#include <errno.h>
#include <unistd.h>

#include <array>

#include "../signals/signals.h"
#include "spawn.h"

extern "C" int execve(const char* path, char* const arguments[], char* const environment[]) {
    taipan::takeSignals();
    const std::array<const char*, 2> programs = {path, nullptr};
    SpawnCall call{};
    call.programs = programs.data();
    call.arguments = arguments;
    call.environment = environment;
    call.flags = kReplaces;
    call.umask = -1;
    call.blocked = taipan::blockedSignals();
    call.pending = taipan::pendingSignals();
    errno = taipan::spawn(call).error;
    return -1;
}
