// SPDX-License-Identifier: Apache-2.0
//
// Packages of one Debian suite, whatever the machine's own: fetched from the machine's mirror through a
// private apt configuration, trusted through the archive's signatures, unpacked without being installed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "provision/step_context.h"
#include "support/result.h"

namespace taipan::provision {

/// The upstream source of a Debian source package.
struct SourcePin {
    std::string_view package;  ///< "zlib"
    std::string_view tarball;  ///< "zlib_1.3.dfsg+really1.3.1.orig.tar.gz"
    std::string_view sha256;
};

/// Downloads binary packages and unpacks them all into `into` (their ./usr becomes into/usr).
Result<void> unpackPackages(StepContext& context, std::string_view suite,
                            const std::vector<std::string>& packages, const std::filesystem::path& into);

/// Unpacks the upstream source into `into`, without the tarball's top folder. The pinned tarball must match
/// its hash; if the mirror has it no more, the suite's newer upstream version is taken on apt's word and the
/// log says so.
Result<void> unpackSource(StepContext& context, std::string_view suite, const SourcePin& pin,
                          const std::filesystem::path& into);

}  // namespace taipan::provision
