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
#include <span>

#include "suspension.h"

using taipan::Direction;
using taipan::Wake;

extern "C" {

__wasi_errno_t __real___wasi_fd_read(__wasi_fd_t descriptor, const __wasi_iovec_t* parts, size_t count,
                                     __wasi_size_t* size);
__wasi_errno_t __real___wasi_fd_write(__wasi_fd_t descriptor, const __wasi_ciovec_t* parts, size_t count,
                                      __wasi_size_t* size);
int __real_poll(pollfd* descriptors, nfds_t count, int timeout);

}  // extern "C"

namespace {

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

double deadlineAfter(int milliseconds) {
    return milliseconds < 0 ? -1 : taipan::monotonicNow() + milliseconds;
}

// Emscripten's poll passes over descriptors that are not open.
int pollOnce(pollfd* descriptors, nfds_t count) {
    int ready = __real_poll(descriptors, count, 0);
    for (nfds_t i = 0; ready >= 0 && i < count; ++i) {
        if (descriptors[i].revents != 0 || descriptors[i].fd < 0 || fcntl(descriptors[i].fd, F_GETFD) >= 0)
            continue;
        descriptors[i].revents = POLLNVAL;
        ++ready;
    }
    return ready;
}

double deadlineAfter(const timeval* time) {
    if (time == nullptr)
        return -1;
    return taipan::monotonicNow() + static_cast<double>(time->tv_sec) * 1e3 +
           static_cast<double>(time->tv_usec) / 1e3;
}

int pollUntil(pollfd* descriptors, nfds_t count, double deadline) {
    for (;;) {
        if (const int ready = pollOnce(descriptors, count); ready != 0)
            return ready;
        const double left = deadline < 0 ? -1 : std::max(deadline - taipan::monotonicNow(), 0.0);
        switch (taipan::waitForDescriptors(descriptors, count, left)) {
            case Wake::Woken:
                break;
            case Wake::TimedOut:
                return pollOnce(descriptors, count);
            case Wake::Signal:
                errno = EINTR;
                return -1;
            case Wake::Refused:
                errno = EDEADLK;
                return -1;
        }
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
    return timeout == 0 ? pollOnce(descriptors, count)
                        : pollUntil(descriptors, count, deadlineAfter(timeout));
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
