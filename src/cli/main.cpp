// SPDX-License-Identifier: Apache-2.0
//
// The command.
#include "cli/verb.h"

int main(int count, char** words) {
    taipan::cli::World world = taipan::cli::realWorld();
    const std::vector<std::string> arguments(words + 1, words + count);
    return taipan::cli::runCommand(arguments, world);
}
