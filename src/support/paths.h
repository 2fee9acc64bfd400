// SPDX-License-Identifier: Apache-2.0
//
// Where things are: the cache and the repository.
#pragma once

#include <filesystem>

#include "support/environment.h"
#include "support/result.h"

namespace taipan {

/// $TAIPAN_CACHE, else $XDG_CACHE_HOME/taipan, else ~/.cache/taipan; absolute. Not created here.
Result<std::filesystem::path> cacheRoot(const Environment& environment);

/// The command that runs.
Result<std::filesystem::path> executablePath();

/// The repository this command was built from: found from the executable upwards, else where the sources
/// stood.
Result<std::filesystem::path> repositoryRoot();

}  // namespace taipan
