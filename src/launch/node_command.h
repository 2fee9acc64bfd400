// SPDX-License-Identifier: Apache-2.0
//
// The command line that node and wasi share: Node, its flags, an entry point, the interpreter's folder, the
// program.
#pragma once

#include <string_view>

#include "launch/launch.h"
#include "support/process.h"

namespace taipan::launch {

Command nodeEntryCommand(const interpreter::Installation& installation, std::string_view entry,
                         const Program& program);

}  // namespace taipan::launch
