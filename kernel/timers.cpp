// SPDX-License-Identifier: Apache-2.0
//
// A sorted set by time, and its inverse by target.
#include "kernel/timers.h"

namespace taipan::kernel {

void TimerQueue::arm(Target target, Time deadline) {
    cancel(target);
    queue_.emplace(deadline, target);
    deadlines_.emplace(target, deadline);
}

void TimerQueue::cancel(Target target) {
    const auto found = deadlines_.find(target);
    if (found == deadlines_.end())
        return;
    queue_.erase({found->second, target});
    deadlines_.erase(found);
}

std::optional<Time> TimerQueue::deadline(Target target) const {
    const auto found = deadlines_.find(target);
    return found == deadlines_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Time> TimerQueue::next() const {
    return queue_.empty() ? std::nullopt : std::optional(queue_.begin()->first);
}

std::optional<TimerQueue::Target> TimerQueue::popDue(Time now) {
    if (queue_.empty() || queue_.begin()->first > now)
        return std::nullopt;
    const Target target = queue_.begin()->second;
    cancel(target);
    return target;
}

}  // namespace taipan::kernel
