// SPDX-License-Identifier: Apache-2.0
//
// flock(2), asked for again every tenth of a second so that Ctrl-C ends the wait.
#include "support/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "support/files.h"

namespace taipan {

namespace {

constexpr int kRetryMilliseconds = 100;

bool pauseBeforeRetry(const Interruption* interruption) {
    if (interruption != nullptr)
        return !interruption->waitFor(kRetryMilliseconds);
    std::this_thread::sleep_for(std::chrono::milliseconds(kRetryMilliseconds));
    return true;
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::filesystem::path& file, const std::function<void()>& waiting,
                                   const Interruption* interruption) {
    TRY(createDirectories(file.parent_path()));
    FileDescriptor descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!descriptor)
        return failSystem(errno, fmt::format("cannot open the lock {}", file.string()));
    bool told = false;
    while (flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return failSystem(errno, fmt::format("cannot lock {}", file.string()));
        if (!told && waiting)
            waiting();
        told = true;
        if (!pauseBeforeRetry(interruption))
            return interrupted();
    }
    return FileLock(std::move(descriptor));
}

}  // namespace taipan
