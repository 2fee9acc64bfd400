// SPDX-License-Identifier: Apache-2.0
//
// taipan version: of the command.
#include <fmt/format.h>

#include "cli/verb.h"

namespace taipan::cli {

namespace {

Result<int> run(const Arguments&, World& world) {
    world.out(fmt::format("taipan {} (CPython 3.13)\n", TAIPAN_VERSION));
    return 0;
}

}  // namespace

constinit const Verb kVersion{"version", "Prints the version of taipan", "", {}, {}, Operands::None, run};

}  // namespace taipan::cli
