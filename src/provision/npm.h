// SPDX-License-Identifier: Apache-2.0
//
// npm packages by a lock file, from whatever registry the machine's npm is set to; install scripts never run.
#pragma once

#include <filesystem>

#include "provision/step_context.h"
#include "support/result.h"

namespace taipan::provision {

/// Copies package.json and package-lock.json from `folder` to the step's output and runs `npm ci` there:
/// node_modules is then in context.output(). `with_development`: devDependencies too.
Result<void> installNpmPackages(StepContext& context, const std::filesystem::path& folder,
                                bool with_development = false);

}  // namespace taipan::provision
