// SPDX-License-Identifier: Apache-2.0
// The memory of an mmap of a file: a copy, whose changes go to the file when it is flushed or removed. Others
// see them from then on, and what they write is not seen here.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace taipan::memory_maps {

/// Whether the descriptor is open for that: false with EACCES or EBADF.
bool mayMap(int descriptor, bool is_written);

/// The file behind a map: a descriptor of its own, which the program may close by its number all the same.
class MappedFile {
  public:
    /// Nothing with errno: EACCES, ENODEV, or why there is no descriptor. `is_written`: what changes is to go
    /// to the file.
    static std::optional<MappedFile> open(int descriptor, off_t offset, bool is_written);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) = delete;
    ~MappedFile();

    /// What the file has, and zeros behind its end. False with errno.
    bool read(std::span<uint8_t> memory) const;
    /// Writes what is not as it is known, and nothing between; never makes the file longer. False with errno.
    bool write(std::span<const uint8_t> memory, std::span<uint8_t> known) const;
    bool isWritten() const { return is_written_; }

  private:
    MappedFile(int descriptor, off_t offset, bool is_written, dev_t device, ino_t inode)
        : descriptor_(descriptor), offset_(offset), is_written_(is_written), device_(device), inode_(inode) {}
    std::optional<off_t> size() const;
    /// As many as there are, or nothing with errno.
    std::optional<size_t> readSome(std::span<uint8_t> memory, off_t place) const;
    bool writeAll(std::span<const uint8_t> memory, off_t place) const;

    int descriptor_;
    off_t offset_;
    bool is_written_;
    dev_t device_;
    ino_t inode_;
};

class FileMap {
  public:
    explicit FileMap(MappedFile file) : file_(std::move(file)) {}

    /// Fills the memory, whose changes count from now on. False with errno, and then all is as it was.
    bool fill(std::span<uint8_t> memory);
    /// False with errno, and then they are still to be written.
    bool writeChanges(std::span<const uint8_t> memory);

  private:
    MappedFile file_;
    /// As the file was, when changes are to be written; a vector could not fail.
    std::unique_ptr<uint8_t[]> known_;  // NOLINT(modernize-avoid-c-arrays)
};

}  // namespace taipan::memory_maps
