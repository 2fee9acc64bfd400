// SPDX-License-Identifier: Apache-2.0
//
// The command.
#include <fcntl.h>
#include <unistd.h>

#include "cli/verb.h"

namespace {

/// A standard stream that the caller closed would be the number of the next file that is opened, and what is
/// meant for the stream would end up there. Closed again for a program that this process becomes.
void occupyClosedStreams() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) < 0)
            ::open("/dev/null", O_RDWR | O_CLOEXEC);  // takes the lowest number that is free: this one
    }
}

}  // namespace

int main(int count, char** words) {
    occupyClosedStreams();
    taipan::cli::World world = taipan::cli::realWorld();
    const std::vector<std::string> arguments(words + 1, words + count);
    return taipan::cli::runCommand(arguments, world);
}
