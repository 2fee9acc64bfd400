// SPDX-License-Identifier: Apache-2.0
// Asking the kernel (kernel/requests.h), for Emscripten: the calling thread waits for the answer, others run.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <array>
#include <span>

#include "kernel/protocol.h"
#include "suspension.h"

namespace taipan {

struct KernelAnswer {
    /// As errno has it; 0 when it went well.
    int error = 0;
    int64_t value = 0;
    int64_t second = 0;
};

/// What may end a request before its answer; bits.
enum Ends : int32_t { kNothing = 0, kBySignal = 1, kByInput = 2 };

/// How a request that was ended so is answered: EINTR with kBySignal; by input, EINTR and `by_input`.
struct KernelReply {
    KernelAnswer answer;
    bool by_input = false;
    /// How often shared blocks were changed.
    uint64_t shared = 0;
};

/// Sends bytes of kernel/protocol.h; what the answer has of data goes to `data`, as far as there is room.
KernelReply askKernelBytes(std::span<const uint8_t> message, std::span<uint8_t> data, int32_t ends);

/// The same for a request that keeps shared memory equal (shared_memory/mapping.h), which does not do so
/// itself: it takes no signals, and is made again when one has ended it.
KernelReply askKernelAlone(std::span<const uint8_t> message, std::span<uint8_t> data = {});

template <class T>
KernelAnswer askKernel(const T& request, std::span<uint8_t> data = {}) {
    return askKernelBytes(kernel::encodeOne({}, request), data, kBySignal).answer;
}

/// A request of whose answer nobody wants to know.
void tellKernelBytes(std::span<const uint8_t> message);
template <class T>
void tellKernel(const T& request) {
    tellKernelBytes(kernel::encodeOne({}, request));
}

/// The value, or -1 with errno.
int64_t resultOf(const KernelAnswer& answer);

/// Makes a request whose value is an int, as most of the C library's calls are: the value, or -1 with errno.
template <class T>
int callKernel(const T& request) {
    return static_cast<int>(resultOf(askKernel(request)));
}

/// Milliseconds as the kernel has its timeouts; negative is none.
int64_t kernelTimeout(double milliseconds);

/// A descriptor of the C library's for one of the kernel's, or -1 with errno, and then it is closed. `type`
/// is the file type of st_mode, `flags` are those of open.
int openKernelDescriptor(int64_t handle, int flags, int type);

/// Descriptors for two of the kernel's that were made together, with flags of their own. 0, or -1 with errno,
/// and then both are closed.
int openKernelPair(const KernelAnswer& made, std::array<int, 2> flags, int type, int pair[2]);

/// The kernel's number for a descriptor; negative for one that it does not have.
int kernelHandle(int descriptor);

}  // namespace taipan
