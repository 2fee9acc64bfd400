// SPDX-License-Identifier: Apache-2.0
//
// Asks the kernel about the terminal.
#include "support/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace taipan {

bool isTerminal(int descriptor) {
    return isatty(descriptor) == 1;
}

int terminalWidth(int descriptor) {
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

}  // namespace taipan
