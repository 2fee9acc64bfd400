// SPDX-License-Identifier: Apache-2.0
//
// What a target is, has and can do: found by asking the interpreter itself, and by looking at its files.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "interpreter/interpreter.h"
#include "support/environment.h"
#include "support/result.h"

namespace taipan::inspect {

/// Runs a Python file on a target and returns its standard output.
using Runner =
    std::function<Result<std::string>(interpreter::Target, const std::vector<std::string>& arguments)>;

/// {"target": …, "identity": {…}, "versions": {…}, "modules": {NAME: {"kind", "note"}}, "features": {…},
///  "sizes": {NAME: {"raw", "gzip"}}}; sizes in bytes.
Result<nlohmann::json> inspectTarget(interpreter::Target target,
                                     const interpreter::Installation& installation, const Runner& runner);

/// The same for people.
std::string toText(const nlohmann::json& description);

struct Size {
    uintmax_t raw = 0;
    uintmax_t gzip = 0;  ///< each file for itself
};

/// Of a file, or of all files of a folder but tests.
Result<Size> measure(const std::filesystem::path& path);

}  // namespace taipan::inspect
