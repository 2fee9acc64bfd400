// SPDX-License-Identifier: Apache-2.0
//
// WASI: becomes node with our host code for the WASI build; any WASI engine can run that python.wasm.
#include "launch/launchers.h"
#include "launch/node_command.h"

namespace taipan::launch {

Command wasiCommand(const interpreter::Installation& installation, const Program& program) {
    return nodeEntryCommand(installation, "wasi.mjs", program);
}

Result<int> startWasi(const interpreter::Installation& installation, const Program& program,
                      const Environment& environment) {
    return std::unexpected(become(wasiCommand(installation, program), environment));
}

}  // namespace taipan::launch
