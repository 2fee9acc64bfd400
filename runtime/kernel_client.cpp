// SPDX-License-Identifier: Apache-2.0
#include "kernel_client.h"

#include <errno.h>
#include <unistd.h>

#include "host_imports.h"
#include "shared_memory/mappings.h"

namespace taipan {

namespace {

/// A reply without its data, as it stands on the wire.
struct Header {
    uint32_t ticket;
    uint16_t error;
    uint16_t again;
    int64_t value;
    int64_t second;
    uint64_t shared;
};
static_assert(sizeof(Header) == kernel::kReplyHeader);

Wake send(std::span<const uint8_t> message, std::span<uint8_t> data, int32_t ends, Header& header) {
    return suspendIn([&](uintptr_t) {
        return taipan_kernel_ask(message.data(), message.size(), &header, data.data(), data.size(), ends);
    });
}

}  // namespace

KernelReply askKernelAlone(std::span<const uint8_t> message, std::span<uint8_t> data) {
    Header header{};
    do {
        if (send(message, data, kNothing, header) == Wake::Refused)
            return {.answer = {.error = EDEADLK}};
    } while (header.error == EINTR);
    return {{header.error, header.value, header.second}, false, header.shared};
}

KernelReply askKernelBytes(std::span<const uint8_t> message, std::span<uint8_t> data, int32_t ends) {
    if (!isMainThread(currentThread()))
        ends &= ~kBySignal;  // signals are handled in the main thread
    shared_memory::publish();
    Header header{};
    const Wake wake = send(message, data, ends, header);
    if (wake == Wake::Refused)
        return {.answer = {.error = EDEADLK}};
    shared_memory::refresh(header.shared);
    if (header.error == EINTR && wake != Wake::Signal && (ends & kByInput) == 0)
        takeSignals();
    return {{header.error, header.value, header.second},
            header.error == EINTR && wake == Wake::Woken,
            header.shared};
}

void tellKernelBytes(std::span<const uint8_t> message) {
    taipan_kernel_tell(message.data(), message.size());
}

int64_t resultOf(const KernelAnswer& answer) {
    if (answer.error == 0)
        return answer.value;
    errno = answer.error;
    return -1;
}

int openKernelDescriptor(int64_t handle, int flags, int type) {
    const int descriptor = taipan_kernel_open(static_cast<int32_t>(handle), flags, type);
    if (descriptor >= 0)
        return descriptor;
    tellKernelBytes(kernel::encodeOne({}, kernel::Close{{static_cast<int32_t>(handle)}}));
    errno = -descriptor;
    return -1;
}

int64_t kernelTimeout(double milliseconds) {
    constexpr double kNanoseconds = 1e6;
    return milliseconds < 0 ? -1 : static_cast<int64_t>(milliseconds * kNanoseconds);
}

int openKernelPair(const KernelAnswer& made, std::array<int, 2> flags, int type, int pair[2]) {
    const int first = openKernelDescriptor(made.value, flags[0], type);
    const int second = first < 0 ? -1 : openKernelDescriptor(made.second, flags[1], type);
    if (second >= 0) {
        pair[0] = first;
        pair[1] = second;
        return 0;
    }
    const int error = errno;
    if (first >= 0)
        close(first);
    else
        tellKernel(kernel::Close{{static_cast<int32_t>(made.second)}});
    errno = error;
    return -1;
}

int kernelHandle(int descriptor) {
    return taipan_kernel_handle(descriptor);
}

}  // namespace taipan
