// SPDX-License-Identifier: Apache-2.0
//
// Deadlines in order. Time is what the host says it is.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "kernel/ids.h"

namespace taipan::kernel {

/// The end of time is never passed.
constexpr Time later(Time now, int64_t duration) {
    constexpr Time kEnd = std::numeric_limits<Time>::max();
    return duration < kEnd - now ? now + duration : kEnd;
}

class TimerQueue {
  public:
    /// A call that waits no longer, or a process whose alarm rings.
    using Target = std::variant<CallId, Pid>;

    /// One deadline per target; a new one replaces it.
    void arm(Target target, Time deadline);
    void cancel(Target target);
    std::optional<Time> deadline(Target target) const;
    std::optional<Time> next() const;
    std::optional<Target> popDue(Time now);

  private:
    std::set<std::pair<Time, Target>> queue_;
    std::map<Target, Time> deadlines_;
};

}  // namespace taipan::kernel
