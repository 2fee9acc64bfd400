// SPDX-License-Identifier: Apache-2.0
//
// Names for files that whoever knows the name may open (sem_open, shm_open). A named file lives as long as
// its name or a descriptor.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "kernel/result.h"

namespace taipan::kernel {

/// A slash, and up to 255 bytes without any.
Result<void> checkName(const std::string& name);

template <class File>
class NameTable {
  public:
    explicit NameTable(const size_t& limit) : limit_(limit) {}

    /// Null when there is none.
    std::shared_ptr<File> find(const std::string& name) const {
        const auto found = names_.find(name);
        return found == names_.end() ? nullptr : found->second;
    }
    bool full() const { return names_.size() >= limit_; }
    bool empty() const { return names_.empty(); }
    void add(const std::string& name, std::shared_ptr<File> file) { names_.emplace(name, std::move(file)); }
    Result<void> remove(const std::string& name) {
        if (names_.erase(name) == 0)
            return fail(Errno::NoEntry);
        return {};
    }

  private:
    const size_t& limit_;
    std::map<std::string, std::shared_ptr<File>> names_;
};

}  // namespace taipan::kernel
