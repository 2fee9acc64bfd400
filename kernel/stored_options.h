// SPDX-License-Identifier: Apache-2.0
//
// Options of a socket that change nothing in the socket itself: what was set is told again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace taipan::kernel {

class StoredOptions {
  public:
    int64_t get(uint32_t level, uint32_t option) const { return find(level, option).value_or(0); }
    /// Nothing for what was not set.
    std::optional<int64_t> find(uint32_t level, uint32_t option) const {
        const auto found = values_.find({level, option});
        return found == values_.end() ? std::nullopt : std::optional(found->second);
    }
    /// As many as there may be are kept; more are no program's.
    void set(uint32_t level, uint32_t option, int64_t value) {
        constexpr size_t kMost = 64;
        if (values_.size() < kMost)
            values_[{level, option}] = value;
    }

  private:
    std::map<std::pair<uint32_t, uint32_t>, int64_t> values_;
};

}  // namespace taipan::kernel
