// SPDX-License-Identifier: Apache-2.0
#include "file_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
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

// What is read and written at once.
constexpr size_t kBlock = 16384;

/// What the file has, up to the last change, with the changes in it.
std::span<const uint8_t> merged(std::span<uint8_t> file, std::span<const uint8_t> memory,
                                std::span<const uint8_t> known) {
    size_t end = 0;
    for (size_t at = 0; at < memory.size(); ++at) {
        if (memory[at] == known[at])
            continue;
        file[at] = memory[at];
        end = at + 1;
    }
    return file.first(end);
}

std::nullopt_t refuse(int error) {
    errno = error;
    return std::nullopt;
}

}  // namespace

bool mayMap(int descriptor, bool is_written) {
    const int flags = fcntl(descriptor, F_GETFL);
    const int access = flags & O_ACCMODE;
    if (flags >= 0 && (access == O_WRONLY || (is_written && access != O_RDWR)))
        errno = EACCES;
    else if (flags >= 0)
        return true;
    return false;
}

std::optional<MappedFile> MappedFile::open(int descriptor, off_t offset, bool is_written) {
    struct stat about{};
    if (!mayMap(descriptor, is_written) || fstat(descriptor, &about) < 0)
        return std::nullopt;
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

std::optional<size_t> MappedFile::readSome(std::span<uint8_t> memory, off_t place) const {
    size_t done = 0;
    while (done < memory.size()) {
        const ssize_t count =
            pread(descriptor_, memory.data() + done, memory.size() - done, place + static_cast<off_t>(done));
        if (count < 0)
            return std::nullopt;
        if (count == 0)
            break;
        done += static_cast<size_t>(count);
    }
    return done;
}

bool MappedFile::writeAll(std::span<const uint8_t> memory, off_t place) const {
    while (!memory.empty()) {
        const ssize_t count = pwrite(descriptor_, memory.data(), memory.size(), place);
        if (count < 0)
            return false;
        memory = memory.subspan(static_cast<size_t>(count));
        place += count;
    }
    return true;
}

bool MappedFile::read(std::span<uint8_t> memory) const {
    const std::optional<size_t> done = size() ? readSome(memory, offset_) : std::nullopt;
    if (done)
        std::ranges::fill(memory.subspan(*done), uint8_t{0});
    return done.has_value();
}

bool MappedFile::write(std::span<const uint8_t> memory, std::span<uint8_t> known) const {
    const std::optional<off_t> length = size();
    if (!length)
        return false;
    const off_t there = std::clamp<off_t>(*length - offset_, 0, static_cast<off_t>(memory.size()));
    memory = memory.first(static_cast<size_t>(there));
    known = known.first(memory.size());
    std::array<uint8_t, kBlock> file{};
    for (size_t at = 0; at < memory.size();) {
        const size_t start = nextChange(memory, known, at, 1).start;
        const size_t size = std::min(kBlock, memory.size() - start);
        const off_t place = offset_ + static_cast<off_t>(start);
        const std::span<uint8_t> block = std::span(file).first(size);
        // What others have written between is read and written once more: one call for many small changes.
        if (size > 0 &&
            (!readSome(block, place) ||
             !writeAll(merged(block, memory.subspan(start, size), known.subspan(start, size)), place)))
            return false;
        std::ranges::copy(memory.subspan(start, size), known.begin() + static_cast<ptrdiff_t>(start));
        at = start + size;
    }
    return true;
}

bool FileMap::fill(std::span<uint8_t> memory) {
    // NOLINTNEXTLINE(modernize-avoid-c-arrays)
    std::unique_ptr<uint8_t[]> known(file_.isWritten() ? new (std::nothrow) uint8_t[memory.size()] : nullptr);
    if (file_.isWritten() && known == nullptr) {
        errno = ENOMEM;
        return false;
    }
    if (!file_.read(memory))
        return false;
    if (known != nullptr)
        std::ranges::copy(memory, known.get());
    known_ = std::move(known);
    return true;
}

bool FileMap::writeChanges(std::span<const uint8_t> memory) {
    return known_ == nullptr || file_.write(memory, {known_.get(), memory.size()});
}

}  // namespace taipan::memory_maps
