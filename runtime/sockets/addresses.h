// SPDX-License-Identifier: Apache-2.0
// Socket addresses of the C library and of the kernel.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <span>

#include "kernel/address.h"

namespace taipan {

/// Nothing for what is no address, with EINVAL or EAFNOSUPPORT in errno. Names of Unix sockets become
/// absolute.
std::optional<kernel::Address> kernelAddress(const sockaddr* address, socklen_t size);

/// Writes as much as there is room for, and how long it would be, as accept and its like do. Without a place
/// it does nothing.
void writeAddress(const kernel::Address& address, sockaddr* place, socklen_t* size);

/// Takes an address off the front of what the kernel sent; bytes that are none are an unnamed one.
kernel::Address takeAddress(std::span<const uint8_t> data);

}  // namespace taipan
