// SPDX-License-Identifier: Apache-2.0
//
// A compiled program as a folder for a static host, in its place: a page, and files named by their content.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/result.h"

namespace taipan::bundle {

/// Refuses what is there unless it is an empty folder, or one with a page of ours; others' files may be
/// beside it.
Result<void> checkPageFolder(const std::filesystem::path& folder);

/// Moves the content of `made` there. Whoever opens the page finds the one before or the new one, whole.
/// Files of the one before go; all others stay. Returns the names of the new files.
Result<std::vector<std::string>> placePageFolder(const std::filesystem::path& made,
                                                 const std::filesystem::path& folder);

}  // namespace taipan::bundle
