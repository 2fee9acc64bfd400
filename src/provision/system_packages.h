// SPDX-License-Identifier: Apache-2.0
//
// Distribution packages that must be on the machine itself: compilers, tools and development files. What
// counts is that the command or file is there, not which package manager brought it.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.h"
#include "support/result.h"

namespace taipan::provision {

/// A row of the table: the package is needed unless every probe is found.
struct SystemPackage {
    std::string_view package;
    std::string_view probe;  ///< a command, "include:FILE" or "lib:FILE"
};

std::span<const SystemPackage> systemPackages();

/// Those of `wanted` that the machine lacks, in the table's order. Fails on a name that is not in the table.
Result<std::vector<std::string>> missingPackages(std::span<const std::string> wanted,
                                                 const Environment& environment,
                                                 const std::filesystem::path& root = "/");

struct PackageInstallation {
    bool allowed = true;  ///< false: only say what to type
    bool quiet = false;   ///< do not print the list first
};

/// Installs through apt-get as root or through sudo, after printing the list; where that is not possible the
/// error is the one line to type.
Result<void> installPackages(std::span<const std::string> packages, const ProcessRunner& runner,
                             const std::filesystem::path& log, const PackageInstallation& how = {});

/// Installs those of `wanted` that the machine lacks; the log is kept in the cache.
Result<void> requirePackages(std::span<const std::string> wanted, const ProcessRunner& runner,
                             const std::filesystem::path& cache, const PackageInstallation& how = {});

}  // namespace taipan::provision
