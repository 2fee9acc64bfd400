// SPDX-License-Identifier: Apache-2.0
//
// One process at a time: an flock on a file, which the kernel lets go of however the process ends.
#pragma once

#include <filesystem>
#include <functional>

#include "support/file_descriptor.h"
#include "support/interruption.h"
#include "support/result.h"

namespace taipan {

class FileLock {
  public:
    /// Waits as long as another process holds it; `waiting` is called once, before the first wait.
    static Result<FileLock> acquire(const std::filesystem::path& file, const std::function<void()>& waiting,
                                    const Interruption* interruption = nullptr);

  private:
    explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}

    FileDescriptor file_;
};

}  // namespace taipan
