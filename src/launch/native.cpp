// SPDX-License-Identifier: Apache-2.0
//
// Native: becomes the interpreter.
#include "launch/launchers.h"

namespace taipan::launch {

Command nativeCommand(const interpreter::Installation& installation, const Program& program) {
    Command command{{installation.python.string()}, {}, {}};
    command.arguments.insert(command.arguments.end(), program.arguments.begin(), program.arguments.end());
    return command;
}

Result<int> startNative(const interpreter::Installation& installation, const Program& program,
                        const Environment& environment) {
    return std::unexpected(become(nativeCommand(installation, program), environment));
}

}  // namespace taipan::launch
