// SPDX-License-Identifier: Apache-2.0
//
// Node: becomes node with our host code for Emscripten's build.
#include "launch/launchers.h"
#include "launch/node_command.h"

namespace taipan::launch {

Command nodeCommand(const interpreter::Installation& installation, const Program& program) {
    return nodeEntryCommand(installation, "node.mjs", program);
}

Result<int> startNode(const interpreter::Installation& installation, const Program& program,
                      const Environment& environment) {
    return std::unexpected(become(nodeCommand(installation, program), environment));
}

}  // namespace taipan::launch
