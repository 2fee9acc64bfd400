// SPDX-License-Identifier: Apache-2.0
//
// The order of work: what is ready runs, the longest remaining path first, a few at a time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "support/result.h"

namespace taipan::provision {

struct Task {
    std::vector<std::string> needs;  ///< ids among the tasks
    double seconds = 1;
};

/// Runs `work` for every task, those it needs before it, on `workers` threads. After the first failure
/// nothing new is started; what runs is finished, and the first error returned.
Result<void> runInOrder(const std::map<std::string, Task>& tasks, int workers,
                        const std::function<Result<void>(const std::string&)>& work);

}  // namespace taipan::provision
