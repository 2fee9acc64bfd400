// SPDX-License-Identifier: Apache-2.0
// Reading, writing and polling, for Emscripten: every read and write of the C library ends in one of these
// calls, stdio's as well, so this is where a thread waits for a descriptor. Linked with --wrap.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <wasi/api.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <vector>

#include "host_imports.h"
#include "kernel_client.h"
#include "suspension.h"

using taipan::Direction;
using taipan::KernelReply;
using taipan::Wake;
namespace kernel = taipan::kernel;

extern "C" {

__wasi_errno_t __real___wasi_fd_read(__wasi_fd_t descriptor, const __wasi_iovec_t* parts, size_t count,
                                     __wasi_size_t* size);
__wasi_errno_t __real___wasi_fd_write(__wasi_fd_t descriptor, const __wasi_ciovec_t* parts, size_t count,
                                      __wasi_size_t* size);
int __real_poll(pollfd* descriptors, nfds_t count, int timeout);

}  // extern "C"

namespace {

// Of what the kernel has: the first part that is not empty is filled, as far as there is something.
__wasi_errno_t readKernel(int handle, const __wasi_iovec_t* parts, size_t count, __wasi_size_t* size) {
    const __wasi_iovec_t* const part =
        std::find_if(parts, parts + count, [](const __wasi_iovec_t& one) { return one.buf_len > 0; });
    const std::span<uint8_t> into =
        part == parts + count ? std::span<uint8_t>() : std::span(part->buf, part->buf_len);
    const taipan::KernelAnswer answer =
        taipan::askKernel(kernel::Read{{handle}, static_cast<uint32_t>(into.size())}, into);
    *size = static_cast<__wasi_size_t>(answer.value);
    return static_cast<__wasi_errno_t>(answer.error);
}

// All of it in one request, since what is written at once stays together in a pipe.
__wasi_errno_t writeKernel(int handle, const __wasi_ciovec_t* parts, size_t count, __wasi_size_t* size) {
    kernel::Bytes message = kernel::encodeOne({}, kernel::Write{{handle}, {}});
    size_t all = message.size();
    for (size_t i = 0; i < count; ++i)
        all += parts[i].buf_len;
    message.reserve(all);
    for (size_t i = 0; i < count; ++i)
        message.insert(message.end(), parts[i].buf, parts[i].buf + parts[i].buf_len);
    const taipan::KernelAnswer answer = taipan::askKernelBytes(message, {}, taipan::kBySignal).answer;
    *size = static_cast<__wasi_size_t>(answer.value);
    return static_cast<__wasi_errno_t>(answer.error);
}

// What is written of the parts, from `done` bytes on, as far as it goes without waiting.
__wasi_errno_t writeFrom(__wasi_fd_t descriptor, const __wasi_ciovec_t* parts, size_t count, size_t done,
                         __wasi_size_t* size) {
    size_t skipped = 0;
    while (count > 0 && done - skipped >= parts->buf_len) {
        skipped += parts->buf_len;
        ++parts;
        --count;
    }
    if (done == skipped)
        return __real___wasi_fd_write(descriptor, parts, count, size);
    const __wasi_ciovec_t rest{parts->buf + (done - skipped), parts->buf_len - (done - skipped)};
    return __real___wasi_fd_write(descriptor, &rest, 1, size);
}

// More than a result could say is refused, as Linux does.
bool isTooMuch(const auto* parts, size_t count) {
    uint64_t all = 0;
    for (size_t i = 0; i < count; ++i)
        all += parts[i].buf_len;
    return all > static_cast<uint64_t>(std::numeric_limits<int32_t>::max());
}

double deadlineAfter(int milliseconds) {
    return milliseconds < 0 ? -1 : taipan::monotonicNow() + milliseconds;
}

double deadlineAfter(const timeval* time) {
    if (time == nullptr)
        return -1;
    return taipan::monotonicNow() + static_cast<double>(time->tv_sec) * 1e3 +
           static_cast<double>(time->tv_usec) / 1e3;
}

// What is polled, apart: what the kernel has, and what stands only in Emscripten's table.
struct Polled {
    pollfd* all;
    nfds_t count;
    kernel::Poll request;
    std::vector<nfds_t> places;  // of the request's entries in `all`
};

Polled sortOut(pollfd* descriptors, nfds_t count) {
    Polled polled{descriptors, count, {}, {}};
    for (nfds_t i = 0; i < count; ++i) {
        const int handle = descriptors[i].fd < 0 ? -1 : taipan::kernelHandle(descriptors[i].fd);
        if (handle < 0)
            continue;
        polled.request.entries.push_back({{handle}, static_cast<uint16_t>(descriptors[i].events)});
        polled.places.push_back(i);
    }
    return polled;
}

// Emscripten's poll passes over descriptors that are not open, and knows nothing of those of the kernel's.
int pollTable(Polled& polled) {
    pollfd* const all = polled.all;
    for (const nfds_t place : polled.places)
        all[place].fd = ~all[place].fd;
    int ready = __real_poll(all, polled.count, 0);
    for (const nfds_t place : polled.places)
        all[place].fd = ~all[place].fd;
    size_t next = 0;
    for (nfds_t i = 0; ready >= 0 && i < polled.count; ++i) {
        if (next < polled.places.size() && polled.places[next] == i) {
            all[i].revents = 0;
            ++next;
        } else if (all[i].revents == 0 && all[i].fd >= 0 && fcntl(all[i].fd, F_GETFD) < 0) {
            all[i].revents = POLLNVAL;
            ++ready;
        }
    }
    return ready;
}

// Waits for `milliseconds` at most, for ever when they are negative. How many the kernel has to report, or -1
// with errno; `by_input` when it is the standard input that may be ready.
int pollKernel(Polled& polled, double milliseconds, bool& by_input) {
    polled.request.timeout = taipan::kernelTimeout(milliseconds);
    std::vector<uint32_t> events(polled.places.size());
    const bool awaits_input = milliseconds != 0 && taipan_awaits_input(polled.all, polled.count) != 0;
    const KernelReply reply =
        taipan::askKernelBytes(kernel::encodeOne({}, polled.request),
                               {reinterpret_cast<uint8_t*>(events.data()), events.size() * sizeof(uint32_t)},
                               taipan::kBySignal | (awaits_input ? taipan::kByInput : taipan::kNothing));
    by_input = awaits_input && reply.by_input;
    if (by_input)
        return 0;
    const auto ready = static_cast<int>(taipan::resultOf(reply.answer));
    for (size_t i = 0; ready > 0 && i < events.size(); ++i)
        polled.all[polled.places[i]].revents = static_cast<short>(events[i]);
    return ready;
}

int pollOnce(Polled& polled) {
    bool by_input = false;
    const int ready = pollTable(polled);
    if (ready < 0 || polled.places.empty())
        return ready;
    const int kernel_ready = pollKernel(polled, 0, by_input);
    return kernel_ready < 0 ? -1 : ready + kernel_ready;
}

// Waits until something may be ready. False with errno when that makes no sense or a signal was faster.
bool waitForAny(Polled& polled, double milliseconds) {
    switch (taipan::waitForDescriptors(polled.all, polled.count, milliseconds)) {
        case Wake::Woken:
        case Wake::TimedOut:
            return true;
        case Wake::Signal:
            errno = EINTR;
            return false;
        case Wake::Refused:
            break;
    }
    errno = EDEADLK;
    return false;
}

int pollUntil(pollfd* descriptors, nfds_t count, double deadline) {
    Polled polled = sortOut(descriptors, count);
    for (;;) {
        const double left = deadline < 0 ? -1 : std::max(deadline - taipan::monotonicNow(), 0.0);
        if (left == 0)
            return pollOnce(polled);
        const int ready = polled.places.empty() ? pollOnce(polled) : pollTable(polled);
        if (ready < 0 || (ready > 0 && polled.places.empty()))
            return ready;
        if (ready > 0)
            return pollOnce(polled);
        if (polled.places.empty()) {
            if (!waitForAny(polled, left))
                return -1;
            continue;
        }
        bool by_input = false;
        const int kernel_ready = pollKernel(polled, left, by_input);
        if (kernel_ready != 0)
            return kernel_ready;
    }
}

struct Selected {
    fd_set* set;
    short asked;
    short answers;
};

constexpr short kReadable = POLLIN | POLLHUP | POLLERR;
constexpr short kWritable = POLLOUT | POLLERR;

using SelectedSets = std::array<Selected, 3>;

// What poll is asked for the descriptors below `count` that are in a set. Returns how many they are.
size_t collect(int count, const SelectedSets& sets, std::span<pollfd> polled) {
    size_t used = 0;
    for (int fd = 0; fd < count; ++fd) {
        int asked = 0;
        for (const Selected& one : sets)
            asked |= one.set != nullptr && FD_ISSET(fd, one.set) ? one.asked : 0;
        if (asked != 0)
            polled[used++] = {fd, static_cast<short>(asked), 0};
    }
    return used;
}

// How many descriptors stay in the set.
int keepReady(const Selected& selected, std::span<const pollfd> polled) {
    int ready = 0;
    for (const pollfd& one : polled) {
        if (selected.set == nullptr || !FD_ISSET(one.fd, selected.set))
            continue;
        if ((one.revents & selected.answers) != 0)
            ++ready;
        else
            FD_CLR(one.fd, selected.set);
    }
    return ready;
}

}  // namespace

extern "C" {

__wasi_errno_t __wrap___wasi_fd_read(__wasi_fd_t descriptor, const __wasi_iovec_t* parts, size_t count,
                                     __wasi_size_t* size) {
    if (isTooMuch(parts, count))
        return __WASI_ERRNO_INVAL;
    if (const int handle = taipan::kernelHandle(static_cast<int>(descriptor)); handle >= 0)
        return readKernel(handle, parts, count, size);
    for (;;) {
        const Wake wake = taipan::waitForDescriptor(static_cast<int>(descriptor), Direction::Read);
        if (wake == Wake::Signal)
            return __WASI_ERRNO_INTR;
        const __wasi_errno_t error = __real___wasi_fd_read(descriptor, parts, count, size);
        if (error != __WASI_ERRNO_AGAIN || wake == Wake::Refused)
            return error;
    }
}

__wasi_errno_t __wrap___wasi_fd_write(__wasi_fd_t descriptor, const __wasi_ciovec_t* parts, size_t count,
                                      __wasi_size_t* size) {
    if (isTooMuch(parts, count))
        return __WASI_ERRNO_INVAL;
    if (const int handle = taipan::kernelHandle(static_cast<int>(descriptor)); handle >= 0)
        return writeKernel(handle, parts, count, size);
    size_t all = 0;
    for (size_t i = 0; i < count; ++i)
        all += parts[i].buf_len;
    size_t done = 0;
    for (;;) {
        __wasi_size_t written = 0;
        const __wasi_errno_t error = writeFrom(descriptor, parts, count, done, &written);
        done += written;
        *size = done;
        if (error == __WASI_ERRNO_PIPE)
            raise(SIGPIPE);
        if (done == all || (error != 0 && error != __WASI_ERRNO_AGAIN))
            return done > 0 ? 0 : error;
        const Wake wake = taipan::waitForDescriptor(static_cast<int>(descriptor), Direction::Write);
        if (wake == Wake::Signal)
            return done > 0 ? 0 : __WASI_ERRNO_INTR;
        if (wake == Wake::Refused)
            return done > 0 ? 0 : error;
    }
}

int __wrap_poll(pollfd* descriptors, nfds_t count, int timeout) {
    return pollUntil(descriptors, count, timeout < 0 ? -1 : deadlineAfter(timeout));
}

// Emscripten's own knows 64 descriptors.
int __wrap_select(int count, fd_set* read, fd_set* write, fd_set* except, timeval* timeout) {
    if (count < 0 || count > FD_SETSIZE) {
        errno = EINVAL;
        return -1;
    }
    const SelectedSets sets = {
        {{read, POLLIN, kReadable}, {write, POLLOUT, kWritable}, {except, POLLPRI, POLLPRI}}};
    std::array<pollfd, FD_SETSIZE> storage;
    const std::span<pollfd> polled(storage.data(), collect(count, sets, storage));
    if (pollUntil(polled.data(), polled.size(), deadlineAfter(timeout)) < 0)
        return -1;
    if (std::ranges::any_of(polled, [](const pollfd& one) { return (one.revents & POLLNVAL) != 0; })) {
        errno = EBADF;
        return -1;
    }
    int ready = 0;
    for (const Selected& one : sets)
        ready += keepReady(one, polled);
    return ready;
}

}  // extern "C"
