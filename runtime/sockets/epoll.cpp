// SPDX-License-Identifier: Apache-2.0
// epoll, for Emscripten: the kernel's. What the kernel does not have beside files is standard input, which is
// looked at here.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <vector>

#include "../host_imports.h"
#include "../kernel_client.h"

namespace kernel = taipan::kernel;
using taipan::resultOf;

namespace {

// Of the wire: 32 bits of events and 64 of data, close together.
constexpr size_t kEventSize = 12;
constexpr size_t kDataOffset = 4;

// Interest in standard input, by the kernel's number of the epoll.
std::map<int, epoll_event> input_interest;

int handleOf(int descriptor) {
    const int handle = taipan::kernelHandle(descriptor);
    if (handle < 0)
        errno = fcntl(descriptor, F_GETFD) < 0 ? EBADF : EINVAL;
    return handle;
}

// Files are always ready, and are none of epoll's business on Linux either.
bool canWait(int descriptor) {
    pollfd polled{descriptor, POLLIN, 0};
    return descriptor == STDIN_FILENO && (taipan_awaits_input(&polled, 1) != 0 || isatty(descriptor) != 0);
}

int controlInput(int epoll, int operation, int descriptor, const epoll_event* event) {
    if (fcntl(descriptor, F_GETFD) < 0) {
        errno = EBADF;
        return -1;
    }
    const bool is_there = input_interest.contains(epoll);
    if (operation == EPOLL_CTL_ADD ? is_there : !is_there) {
        errno = operation == EPOLL_CTL_ADD ? EEXIST : ENOENT;
        return -1;
    }
    if (operation == EPOLL_CTL_DEL) {
        input_interest.erase(epoll);
        return 0;
    }
    if (!canWait(descriptor)) {
        errno = EPERM;
        return -1;
    }
    input_interest[epoll] = *event;
    return 0;
}

// How many events standard input has: one or none.
int takeInput(int epoll, epoll_event* events) {
    const auto found = input_interest.find(epoll);
    if (found == input_interest.end())
        return 0;
    pollfd polled{STDIN_FILENO, static_cast<short>(found->second.events), 0};
    if (poll(&polled, 1, 0) <= 0)
        return 0;
    *events = {static_cast<uint32_t>(polled.revents), found->second.data};
    return 1;
}

}  // namespace

extern "C" {

int epoll_create1(int flags) {
    if ((flags & ~EPOLL_CLOEXEC) != 0) {
        errno = EINVAL;
        return -1;
    }
    const int64_t handle = resultOf(taipan::askKernel(kernel::MakeEpoll{O_CLOEXEC}));
    if (handle < 0)
        return -1;
    input_interest.erase(static_cast<int>(handle));
    return taipan::openKernelDescriptor(handle, O_RDWR | (flags != 0 ? O_CLOEXEC : 0), 0);
}

int epoll_create(int size) {
    if (size <= 0) {
        errno = EINVAL;
        return -1;
    }
    return epoll_create1(0);
}

int epoll_ctl(int epoll, int operation, int descriptor, epoll_event* event) {
    const int handle = handleOf(epoll);
    if (handle < 0)
        return -1;
    const int target = taipan::kernelHandle(descriptor);
    if (target < 0)
        return controlInput(handle, operation, descriptor, event);
    kernel::ControlEpoll request{{handle}, static_cast<kernel::ControlEpoll::Operation>(operation), {target}};
    if (event != nullptr) {
        request.events = event->events;
        request.data = event->data.u64;
    }
    return static_cast<int>(resultOf(taipan::askKernel(request)));
}

int epoll_wait(int epoll, epoll_event* events, int limit, int timeout) {
    const int handle = handleOf(epoll);
    if (handle < 0)
        return -1;
    if (limit <= 0) {
        errno = EINVAL;
        return -1;
    }
    const double deadline = timeout < 0 ? -1 : taipan::monotonicNow() + timeout;
    std::vector<uint8_t> data(static_cast<size_t>(limit) * kEventSize);
    for (;;) {
        const int from_input = takeInput(handle, events);
        const bool awaits_input = from_input == 0 && input_interest.contains(handle);
        const double left = from_input > 0 ? 0
                            : deadline < 0 ? -1
                                           : std::max(deadline - taipan::monotonicNow(), 0.0);
        const kernel::WaitEpoll request{
            {handle}, static_cast<uint32_t>(limit - from_input), taipan::kernelTimeout(left), {}};
        const taipan::KernelReply reply =
            limit == from_input
                ? taipan::KernelReply{}
                : taipan::askKernelBytes(
                      kernel::encodeOne({}, request), data,
                      taipan::kBySignal | (awaits_input ? taipan::kByInput : taipan::kNothing));
        if (awaits_input && reply.by_input)
            continue;
        const auto count = static_cast<int>(resultOf(reply.answer));
        if (count < 0)
            return -1;
        for (int i = 0; i < count; ++i) {
            const uint8_t* const event = data.data() + static_cast<size_t>(i) * kEventSize;
            std::copy_n(event, sizeof(uint32_t), reinterpret_cast<uint8_t*>(&events[from_input + i].events));
            std::copy_n(event + kDataOffset, sizeof(uint64_t),
                        reinterpret_cast<uint8_t*>(&events[from_input + i].data));
        }
        return from_input + count;
    }
}

int epoll_pwait(int epoll, epoll_event* events, int limit, int timeout, const sigset_t*) {
    return epoll_wait(epoll, events, limit, timeout);
}

}  // extern "C"
