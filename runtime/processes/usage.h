// SPDX-License-Identifier: Apache-2.0
// What this process and its children have used, for getrusage, times and those who wait for children.
#pragma once

#include <sys/resource.h>

#include "kernel/requests.h"

namespace taipan {

rusage rusageOf(const kernel::ResourceUsage& usage);

/// A child that is over and was waited for.
void addUsageOfChild(const kernel::ResourceUsage& usage);

}  // namespace taipan
