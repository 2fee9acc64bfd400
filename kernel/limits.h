// SPDX-License-Identifier: Apache-2.0
//
// How much of everything there may be.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/ids.h"

namespace taipan::kernel {

struct Limits {
    /// Each is an interpreter, with a memory of its own.
    size_t processes = 128;
    Pid largest_pid{32767};
    int32_t descriptors = 1024;
    size_t open_files = 8192;
    /// Calls of one process that wait at a time.
    size_t calls = 256;
    /// Of arguments and environment together.
    size_t program_text = size_t{2} << 20;
    /// Of one read, however large its buffer.
    size_t read = size_t{4} << 20;
    size_t socket_buffer = size_t{208} * 1024;
    /// On their way in messages, of all processes together.
    size_t passed_files = 1024;
    size_t terminals = 64;
    size_t locks = 4096;
    /// With a name.
    size_t semaphores = 2048;
    size_t blocks = 2048;
    /// Of all shared blocks together.
    size_t shared_bytes = size_t{256} << 20;
};

}  // namespace taipan::kernel
