// SPDX-License-Identifier: Apache-2.0
// What the C library asks of terminals: all of it comes as ioctl requests.
#pragma once

#include <optional>

namespace taipan {

/// Answers a request on a descriptor of the kernel's: the result, or -1 with errno.
int controlKernelFile(int descriptor, int handle, unsigned request, void* argument);

/// The same for a terminal that the host has; nothing when it is a request that the host answers itself.
std::optional<int> controlHostTerminal(int descriptor, unsigned request, void* argument);

}  // namespace taipan
