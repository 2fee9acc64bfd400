// SPDX-License-Identifier: Apache-2.0
//
// Owns a file descriptor of the kernel and closes it.
#pragma once

#include <unistd.h>

#include <utility>

namespace taipan {

class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~FileDescriptor() { close(); }

    explicit operator bool() const { return number_ >= 0; }
    int number() const { return number_; }

    /// Closes now; 0, or -1 with errno as close(2) has it.
    int close() { return number_ < 0 ? 0 : ::close(std::exchange(number_, -1)); }

  private:
    int number_ = -1;
};

}  // namespace taipan
