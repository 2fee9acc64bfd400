// SPDX-License-Identifier: Apache-2.0
// What the host is told of a program that is to be started. It works out descriptors and finds the program
// (web/common/spawn.ts reads these structs), the kernel makes the process.
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "../signals/signals.h"

extern "C" {

/// What happens to the child's descriptors before the program starts, in order.
struct FileAction {
    enum What : int32_t { Duplicate, Close, Open, CloseFrom, Take };
    /// Take is Duplicate of what the parent has under the number, whatever came before.
    What what;
    int32_t descriptor;
    int32_t target;    // of Duplicate and Take
    const char* path;  // of Open
    int32_t flags;     // of Open
    int32_t mode;      // of Open
};

/// With kReplaces the program takes the place of the one that calls, as exec's does.
enum SpawnFlags : uint32_t { kCloseOthers = 1, kNewSession = 2, kHasGroup = 4, kReplaces = 8 };

/// Lists end with a null pointer. The first of `programs` that is there is started.
struct SpawnCall {
    const char* const* programs;
    const char* const* arguments;
    const char* const* environment;
    const char* directory;  // null: the caller's
    const FileAction* actions;
    int32_t action_count;
    const int32_t*
        kept;  // descriptors that are not closed on exec; with kCloseOthers, these alone beside 0 to 2
    int32_t kept_count;
    uint32_t flags;
    int32_t group;
    int32_t umask;  // negative: the caller's
    int32_t padding;
    uint64_t blocked;
    uint64_t defaults;  // signals that the child does not ignore, whatever the parent does
    uint64_t ignored;
    uint64_t pending;  // of kReplaces: signals that the program finds waiting
};

}  // extern "C"

namespace taipan {

struct Spawned {
    pid_t pid = -1;
    int error = 0;
    /// It is the directory that could not be entered.
    bool in_directory = false;
};

/// Fills in what the child inherits (mask of files, signals) and starts it. With kReplaces it returns only
/// when that has failed.
Spawned spawn(SpawnCall call);

/// Where a program without a slash in its name is looked for, by PATH of the calling process.
std::vector<std::string> candidatesFor(const char* program);

/// The pointers to texts, with a null behind them.
std::vector<const char*> pointersTo(const std::vector<std::string>& texts);

/// Whether a program has been started from here.
bool hasStartedProcesses();

}  // namespace taipan
