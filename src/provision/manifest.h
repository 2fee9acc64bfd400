// SPDX-License-Identifier: Apache-2.0
//
// The list of an output's files that lies inside it: by it a later run notices what was lost, cut short or
// changed.
#pragma once

#include <filesystem>
#include <vector>

#include "support/result.h"

namespace taipan::provision {

inline constexpr std::string_view kManifestName = ".taipan-manifest";

/// Hashes every file below `output` and writes the manifest into it. Fails if a product is missing.
Result<void> writeManifest(const std::filesystem::path& output,
                           const std::vector<std::filesystem::path>& products);

/// Whether the products, or all files, are as they were made: by size and modification time, and by content
/// where only the time differs (a cache that was copied).
bool productsIntact(const std::filesystem::path& output);
bool allIntact(const std::filesystem::path& output);

}  // namespace taipan::provision
