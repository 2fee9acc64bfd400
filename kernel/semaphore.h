// SPDX-License-Identifier: Apache-2.0
//
// Counting semaphores. Whoever opens one has the same file, which lives as long as a descriptor or its name.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "kernel/limits.h"
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

class SemaphoreNames {
  public:
    explicit SemaphoreNames(const Limits& limits) : limits_(limits) {}

    /// A slash, and up to 255 bytes without any.
    static Result<void> check(const std::string& name);
    /// Null when there is none.
    std::shared_ptr<Semaphore> find(const std::string& name) const;
    bool full() const { return names_.size() >= limits_.semaphores; }
    void add(const std::string& name, std::shared_ptr<Semaphore> semaphore);
    Result<void> remove(const std::string& name);
    bool empty() const { return names_.empty(); }

  private:
    const Limits& limits_;
    std::map<std::string, std::shared_ptr<Semaphore>> names_;
};

}  // namespace taipan::kernel
