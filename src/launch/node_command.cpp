// SPDX-License-Identifier: Apache-2.0
//
// Node's flags are here and nowhere else.
#include "launch/node_command.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

namespace taipan::launch {

namespace {

// CPython recurses in C; V8 gives a program 1 MB of stack unless asked for more.
constexpr rlim_t kWantedStackKilobytes = 7600;

// Below the end of the thread's own stack, for what runs beside V8's code.
constexpr rlim_t kReserveKilobytes = 500;

/// What the main thread's stack allows: V8 does not look, and a stack that ends is a segmentation fault.
rlim_t stackKilobytes() {
    rlimit limit{};
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return kWantedStackKilobytes;
    const rlim_t available = limit.rlim_cur / 1024;
    return std::min(kWantedStackKilobytes,
                    available > 2 * kReserveKilobytes ? available - kReserveKilobytes : kReserveKilobytes);
}

std::vector<std::string> nodeFlags() {
    const rlim_t stack = stackKilobytes();
    return {
        "--disable-warning=ExperimentalWarning",  // node:wasi prints one; a program's stderr is its own
        fmt::format("--stack-size={}", stack),
        fmt::format("--wasm-stack-switching-stack-size={}", stack),
    };
}

}  // namespace

Command nodeEntryCommand(const interpreter::Installation& installation, std::string_view entry,
                         const Program& program) {
    Command command{{installation.node.string()}, {}, {}};
    const std::vector<std::string> flags = nodeFlags();
    command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
    command.arguments.push_back((installation.host / entry).string());
    command.arguments.push_back(installation.python.string());
    command.arguments.insert(command.arguments.end(), program.arguments.begin(), program.arguments.end());
    return command;
}

}  // namespace taipan::launch
