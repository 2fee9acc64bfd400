// SPDX-License-Identifier: Apache-2.0
//
// Checks that a list of steps is a graph one can work through.
#pragma once

#include <map>
#include <string>

#include "provision/step.h"

namespace taipan::provision {

using StepMap = std::map<std::string, Step>;

/// The steps by id. Fails on a duplicate id, an unknown need and a circle: all bugs of ours.
Result<StepMap> checkedGraph(Steps steps);

}  // namespace taipan::provision
