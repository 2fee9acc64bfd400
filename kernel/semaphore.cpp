// SPDX-License-Identifier: Apache-2.0
//
// A token that is posted is there for whoever is tried first, and those who wait are tried in the order they
// came.
#include "kernel/semaphore.h"

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

}  // namespace taipan::kernel
