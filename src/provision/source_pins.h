// SPDX-License-Identifier: Apache-2.0
//
// The one table of upstream sources: which Debian source package brings them and what their tarballs hash to.
#pragma once

#include <span>
#include <string_view>

#include "provision/debian_archive.h"

namespace taipan::provision {

/// The Debian suite that our packages and sources come from.
inline constexpr std::string_view kSuite = "trixie";

std::span<const SourcePin> sourcePins();

/// REQUIRES: the package is in the table.
const SourcePin& sourcePin(std::string_view package);

}  // namespace taipan::provision
