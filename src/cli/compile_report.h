// SPDX-License-Identifier: Apache-2.0
//
// What `taipan compile --report` prints.
#pragma once

#include <string>

#include "bundle/report.h"

namespace taipan::cli {

/// Tables for people.
std::string reportText(const bundle::Report& report);

/// One JSON object: {"size", "files", "sizes", "modules", "late", "missing", "steps"}, sizes in bytes, times
/// in seconds.
std::string reportJson(const bundle::Report& report);

}  // namespace taipan::cli
