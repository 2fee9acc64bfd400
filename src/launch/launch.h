// SPDX-License-Identifier: Apache-2.0
//
// Starts a Python program on a target. Where the target is a process of this machine we become it, so that
// streams, exit code and signals are its own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "interpreter/interpreter.h"
#include "support/environment.h"
#include "support/progress.h"
#include "support/result.h"

namespace taipan::launch {

struct Program {
    std::vector<std::string>
        arguments;  ///< as python takes them: FILE ARGS…, -m MODULE ARGS…, -c CODE ARGS…, - ARGS…
    std::optional<std::filesystem::path> script;  ///< FILE, if the program is one
};

/// Has what the target needs of the machine itself installed, beside its interpreter: a browser.
Result<void> prepare(interpreter::Target target, const Environment& environment, ProgressStyle progress);

/// The exit code of the program. Does not return where we become the program.
Result<int> start(interpreter::Target target, const interpreter::Installation& installation,
                  const Program& program, const Environment& environment);

}  // namespace taipan::launch
