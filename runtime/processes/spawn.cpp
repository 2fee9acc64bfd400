// SPDX-License-Identifier: Apache-2.0
// Starting programs: posix_spawn, and why there is no fork.
#include "spawn.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "../host_imports.h"
#include "../shared_memory/mappings.h"
#include "../suspension.h"

extern "C" char** environ;

namespace taipan {

namespace {

constexpr std::string_view kDefaultPath = "/usr/local/bin:/bin:/usr/bin";
// Added by the host to the number of an error.
constexpr int kDirectoryError = 4096;

bool has_started = false;

mode_t currentUmask() {
    const mode_t mask = umask(0);
    umask(mask);
    return mask;
}

// A file action as musl keeps it, the last one first.
struct LibraryAction {
    enum Command : int { Close = 1, Duplicate, Open, ChangeDirectory };
    LibraryAction* next;
    LibraryAction* previous;
    int command;
    int descriptor;
    int source;
    int flags;
    mode_t mode;
    char path[];
};

struct Actions {
    std::vector<FileAction> files;
    const char* directory = nullptr;
};

Actions actionsOf(const posix_spawn_file_actions_t* given) {
    Actions actions;
    auto* one = given == nullptr ? nullptr : static_cast<LibraryAction*>(given->__actions);
    while (one != nullptr && one->next != nullptr)
        one = one->next;
    for (; one != nullptr; one = one->previous) {
        switch (one->command) {
            case LibraryAction::Close:
                actions.files.push_back({FileAction::Close, one->descriptor, 0, nullptr, 0, 0});
                break;
            case LibraryAction::Duplicate:
                actions.files.push_back({FileAction::Duplicate, one->source, one->descriptor, nullptr, 0, 0});
                break;
            case LibraryAction::Open:
                actions.files.push_back({FileAction::Open, one->descriptor, 0, one->path, one->flags,
                                         static_cast<int32_t>(one->mode)});
                break;
            default:
                actions.directory = one->path;
        }
    }
    return actions;
}

void apply(const posix_spawnattr_t* attributes, SpawnCall& call) {
    if (attributes == nullptr)
        return;
    const int flags = attributes->__flags;
    if ((flags & POSIX_SPAWN_SETPGROUP) != 0) {
        call.flags |= kHasGroup;
        call.group = attributes->__pgrp;
    }
    if ((flags & POSIX_SPAWN_SETSID) != 0)
        call.flags |= kNewSession;
    if ((flags & POSIX_SPAWN_SETSIGMASK) != 0)
        call.blocked = signalSetFrom(attributes->__mask);
    if ((flags & POSIX_SPAWN_SETSIGDEF) != 0)
        call.defaults = signalSetFrom(attributes->__def);
}

int spawnFrom(const std::vector<const char*>& programs, pid_t* pid, const posix_spawn_file_actions_t* files,
              const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) {
    const Actions actions = actionsOf(files);
    SpawnCall call{};
    call.umask = -1;
    call.programs = programs.data();
    call.arguments = arguments;
    call.environment = environment == nullptr ? environ : environment;
    call.directory = actions.directory;
    call.actions = actions.files.data();
    call.action_count = static_cast<int32_t>(actions.files.size());
    call.blocked = blockedSignals();
    apply(attributes, call);
    const Spawned spawned = spawn(call);
    if (spawned.error == 0 && pid != nullptr)
        *pid = spawned.pid;
    return spawned.error;
}

}  // namespace

Spawned spawn(SpawnCall call) {
    if (call.umask < 0)
        call.umask = static_cast<int32_t>(currentUmask());
    call.ignored = ignoredSignals() & ~call.defaults;
    shared_memory::publish();
    int result = 0;
    const Context context;
    result = taipan_spawn(&call);
    context.restore();
    if (result >= 0) {
        has_started = true;
        return {.pid = result};
    }
    const bool in_directory = -result >= kDirectoryError;
    return {.error = in_directory ? -result - kDirectoryError : -result, .in_directory = in_directory};
}

std::vector<std::string> candidatesFor(const char* program) {
    const std::string_view name = program;
    if (name.contains('/'))
        return {std::string(name)};
    const char* const variable = getenv("PATH");
    std::string_view path = variable == nullptr ? kDefaultPath : variable;
    std::vector<std::string> candidates;
    for (;;) {
        const size_t end = std::min(path.find(':'), path.size());
        const std::string_view folder = path.substr(0, end);
        candidates.push_back(std::string(folder.empty() ? "." : folder) + "/" + std::string(name));
        if (end == path.size())
            return candidates;
        path.remove_prefix(end + 1);
    }
}

std::vector<const char*> pointersTo(const std::vector<std::string>& texts) {
    std::vector<const char*> pointers;
    for (const std::string& text : texts)
        pointers.push_back(text.c_str());
    pointers.push_back(nullptr);
    return pointers;
}

bool hasStartedProcesses() {
    return has_started;
}

}  // namespace taipan

extern "C" {

int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* files,
                const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) {
    return taipan::spawnFrom({path, nullptr}, pid, files, attributes, arguments, environment);
}

int posix_spawnp(pid_t* pid, const char* file, const posix_spawn_file_actions_t* files,
                 const posix_spawnattr_t* attributes, char* const* arguments, char* const* environment) {
    const std::vector<std::string> candidates = taipan::candidatesFor(file);
    return taipan::spawnFrom(taipan::pointersTo(candidates), pid, files, attributes, arguments, environment);
}

// A process is a new instance: nobody can go on in the middle of the old one's stack.
pid_t fork() {
    errno = ENOSYS;
    return -1;
}

pid_t vfork() {
    return fork();
}

int system(const char* command) {
    if (command == nullptr)
        return 1;
    pid_t pid = -1;
    const char* const arguments[] = {"sh", "-c", command, nullptr};
    if (const int error =
            posix_spawn(&pid, "/bin/sh", nullptr, nullptr, const_cast<char* const*>(arguments), environ)) {
        errno = error;
        return -1;
    }
    struct sigaction ignore{};
    struct sigaction interrupt{};
    struct sigaction quit{};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    int status = -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    sigaction(SIGINT, &interrupt, nullptr);
    sigaction(SIGQUIT, &quit, nullptr);
    return status;
}

}  // extern "C"
