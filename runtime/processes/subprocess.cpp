// SPDX-License-Identifier: Apache-2.0
// What CPython's _posixsubprocess does by fork and exec, by starting the program at once (patch 0006 calls
// it).
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <span>

#include "spawn.h"

extern "C" char** environ;

namespace taipan {

namespace {

// Nobody's, so that to wait for it is ECHILD: what follows a failure is read from the pipe.
constexpr pid_t kNobody = 0x7fffffff;

// As the child would write it, for subprocess.py: a type, an error number, and what it is about.
pid_t report(int pipe, const char* type, int error, const char* text) {
    std::array<char, 128> message{};
    const int size =
        snprintf(message.data(), message.size(), "%s:%x:%s", type, static_cast<unsigned>(error), text);
    while (write(pipe, message.data(), static_cast<size_t>(size)) < 0 && errno == EINTR) {
    }
    return kNobody;
}

// The three streams, all at once: one may be the old number of another.
std::vector<FileAction> streamActions(std::array<int, 3> streams) {
    std::vector<FileAction> actions;
    for (int target = 0; target < static_cast<int>(streams.size()); ++target) {
        const int source = streams[static_cast<size_t>(target)];
        // Without one of its own the child has the parent's, which need not be inheritable.
        if (source != -1)
            actions.push_back({FileAction::Take, source, target, nullptr, 0, 0});
    }
    return actions;
}

}  // namespace

}  // namespace taipan

extern "C" pid_t _Py_SpawnProcess(char* const programs[], char* const arguments[], char* const environment[],
                                  const char* directory, const int streams[3], int error_pipe,
                                  int closes_others, int restores_signals, int new_session, pid_t group,
                                  gid_t gid, ssize_t other_group_count, const gid_t other_groups[], uid_t uid,
                                  int mask, int runs_code, const int kept[], size_t kept_count) {
    if (runs_code != 0)
        return taipan::report(error_pipe, "SubprocessError", 0,
                              "preexec_fn cannot be called: programs are started anew here, without fork");
    if ((uid != static_cast<uid_t>(-1) && uid != getuid()) ||
        (gid != static_cast<gid_t>(-1) && gid != getgid()) ||
        (other_group_count >= 0 && setgroups(static_cast<size_t>(other_group_count), other_groups) != 0))
        return taipan::report(error_pipe, "OSError", EPERM, "noexec");
    const std::vector<FileAction> actions = taipan::streamActions({streams[0], streams[1], streams[2]});
    // The pipe is for a child that runs this code.
    std::vector<int32_t> inherited;
    for (const int descriptor : std::span(kept, kept_count)) {
        if (descriptor != error_pipe)
            inherited.push_back(descriptor);
    }
    SpawnCall call = {};
    call.programs = programs;
    call.arguments = arguments;
    call.environment = environment == nullptr ? environ : environment;
    call.directory = directory;
    call.actions = actions.data();
    call.action_count = static_cast<int32_t>(actions.size());
    call.kept = inherited.data();
    call.kept_count = static_cast<int32_t>(inherited.size());
    call.flags = (closes_others != 0 ? uint32_t{kCloseOthers} : 0) |
                 (new_session != 0 ? uint32_t{kNewSession} : 0) | (group >= 0 ? uint32_t{kHasGroup} : 0);
    call.group = group;
    call.umask = mask;
    call.blocked = taipan::blockedSignals();
    if (restores_signals != 0)
        call.defaults = taipan::setOf(SIGPIPE) | taipan::setOf(SIGXFSZ);
    const taipan::Spawned spawned = taipan::spawn(call);
    if (spawned.error == 0)
        return spawned.pid;
    return taipan::report(error_pipe, "OSError", spawned.error, spawned.in_directory ? "noexec:chdir" : "");
}
