// SPDX-License-Identifier: Apache-2.0
//
// A token that is posted is there for whoever is tried first, and those who wait are tried in the order they
// came.
#include "kernel/semaphore.h"

#include <utility>

namespace taipan::kernel {

Result<void> Semaphore::post() {
    if (value_ == kLargest)
        return fail(Errno::Overflow);
    ++value_;
    queue.notify(kReadable);
    return {};
}

Result<void> Semaphore::take() {
    if (value_ == 0)
        return fail(Errno::Again);
    --value_;
    return {};
}

Result<void> SemaphoreNames::check(const std::string& name) {
    constexpr size_t kLongest = 255;
    if (name.size() < 2 || name.rfind('/') != 0)
        return fail(Errno::Invalid);
    if (name.size() - 1 > kLongest)
        return fail(Errno::NameTooLong);
    return {};
}

std::shared_ptr<Semaphore> SemaphoreNames::find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : found->second;
}

void SemaphoreNames::add(const std::string& name, std::shared_ptr<Semaphore> semaphore) {
    names_.emplace(name, std::move(semaphore));
}

Result<void> SemaphoreNames::remove(const std::string& name) {
    if (names_.erase(name) == 0)
        return fail(Errno::NoEntry);
    return {};
}

}  // namespace taipan::kernel
