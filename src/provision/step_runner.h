// SPDX-License-Identifier: Apache-2.0
//
// Runs one step in temporary folders and puts its output into the cache by a rename.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "provision/step.h"
#include "support/process.h"

namespace taipan::provision {

struct StepPlaces {
    std::filesystem::path cache;
    std::filesystem::path repository;
    std::filesystem::path output;  ///< final
    std::map<std::string, std::filesystem::path> dependencies;
};

/// The error names the step, and has the end of the log and its path unless it brings its own advice.
Result<void> runStep(const Step& step, const StepPlaces& places, const ProcessRunner& runner, int jobs);

}  // namespace taipan::provision
