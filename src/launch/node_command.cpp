// SPDX-License-Identifier: Apache-2.0
//
// Node's flags are here and nowhere else.
#include "launch/node_command.h"

#include <array>

namespace taipan::launch {

namespace {

constexpr auto kNodeFlags = std::to_array<std::string_view>({
    "--disable-warning=ExperimentalWarning",  // node:wasi prints one; a program's stderr is its own
});

}  // namespace

Command nodeEntryCommand(const interpreter::Installation& installation, std::string_view entry,
                         const Program& program) {
    Command command{{installation.node.string()}, {}, {}};
    command.arguments.insert(command.arguments.end(), kNodeFlags.begin(), kNodeFlags.end());
    command.arguments.push_back((installation.host / entry).string());
    command.arguments.push_back(installation.python.string());
    command.arguments.insert(command.arguments.end(), program.arguments.begin(), program.arguments.end());
    return command;
}

}  // namespace taipan::launch
