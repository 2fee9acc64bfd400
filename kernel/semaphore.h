// SPDX-License-Identifier: Apache-2.0
//
// Counting semaphores. Whoever opens one has the same file, which lives as long as a descriptor or its name.
#pragma once

#include <cstdint>

#include "kernel/open_file.h"

namespace taipan::kernel {

class Semaphore final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Semaphore;
    /// SEM_VALUE_MAX
    static constexpr uint32_t kLargest = 0x7fff'ffff;

    Semaphore(FileCount& count, uint32_t value) : OpenFile(kKind, count, kReadWrite), value_(value) {}
    uint32_t events() override { return value_ > 0 ? kReadable : 0U; }

    Result<void> post();
    /// Again when there is none to take.
    Result<void> take();
    uint32_t value() const { return value_; }

  private:
    uint32_t value_;
};

}  // namespace taipan::kernel
