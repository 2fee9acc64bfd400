// SPDX-License-Identifier: Apache-2.0
#include "file_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "../changes.h"

namespace taipan::memory_maps {

namespace {

// Out of the way of the numbers that a program expects to get.
constexpr int kFirstDescriptor = 1000;

int duplicate(int descriptor) {
    const int high = fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstDescriptor);
    return high >= 0 ? high : fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}

std::nullopt_t refuse(int error) {
    errno = error;
    return std::nullopt;
}

}  // namespace

std::optional<MappedFile> MappedFile::open(int descriptor, off_t offset, bool is_written) {
    struct stat about{};
    const int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fstat(descriptor, &about) < 0)
        return std::nullopt;
    const int access = flags & O_ACCMODE;
    if (access == O_WRONLY || (is_written && access != O_RDWR))
        return refuse(EACCES);
    if (!S_ISREG(about.st_mode))
        return refuse(ENODEV);
    const int own = duplicate(descriptor);
    if (own < 0)
        return std::nullopt;
    return MappedFile(own, offset, is_written, about.st_dev, about.st_ino);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      offset_(other.offset_),
      is_written_(other.is_written_),
      device_(other.device_),
      inode_(other.inode_) {}

MappedFile::~MappedFile() {
    if (descriptor_ >= 0 && size())
        close(descriptor_);
}

/// Nothing with EBADF when the program has closed the descriptor, and may have another file under its number.
std::optional<off_t> MappedFile::size() const {
    struct stat about{};
    if (fstat(descriptor_, &about) < 0)
        return std::nullopt;
    if (about.st_dev != device_ || about.st_ino != inode_)
        return refuse(EBADF);
    return about.st_size;
}

bool MappedFile::read(std::span<uint8_t> memory) const {
    size_t done = 0;
    while (done < memory.size()) {
        const ssize_t count = pread(descriptor_, memory.data() + done, memory.size() - done,
                                    offset_ + static_cast<off_t>(done));
        if (count < 0)
            return false;
        if (count == 0)
            break;
        done += static_cast<size_t>(count);
    }
    std::ranges::fill(memory.subspan(done), uint8_t{0});
    return true;
}

bool MappedFile::write(std::span<const uint8_t> memory, size_t at) const {
    const std::optional<off_t> length = size();
    if (!length)
        return false;
    off_t place = offset_ + static_cast<off_t>(at);
    const auto room = static_cast<size_t>(std::max<off_t>(*length - place, 0));
    for (auto left = memory.first(std::min(memory.size(), room)); !left.empty();) {
        const ssize_t count = pwrite(descriptor_, left.data(), left.size(), place);
        if (count < 0)
            return false;
        left = left.subspan(static_cast<size_t>(count));
        place += count;
    }
    return true;
}

bool FileMap::fill(std::span<uint8_t> memory) {
    if (!file_.read(memory))
        return false;
    if (file_.isWritten())
        known_.assign(memory.begin(), memory.end());
    return true;
}

bool FileMap::writeChanges(std::span<const uint8_t> memory) {
    constexpr size_t kLargestWrite = size_t{1} << 20;
    if (known_.empty())
        return true;
    for (size_t at = 0; at < memory.size();) {
        const Change change = nextChange(memory, known_, at, kLargestWrite);
        const std::span<const uint8_t> changed = memory.subspan(change.start, change.size);
        if (!changed.empty() && !file_.write(changed, change.start))
            return false;
        std::ranges::copy(changed, known_.begin() + static_cast<ptrdiff_t>(change.start));
        at = changed.empty() ? memory.size() : change.start + change.size;
    }
    return true;
}

}  // namespace taipan::memory_maps
