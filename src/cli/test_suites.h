// SPDX-License-Identifier: Apache-2.0
//
// The suites of the project's tests. Each is a program that speaks for itself on standard output.
#pragma once

#include <optional>

#include "cli/test_counts.h"
#include "cli/world.h"
#include "support/process.h"

namespace taipan::cli {

/// What a suite needs to know of the rest.
struct Workplace {
    std::filesystem::path repository;
    std::filesystem::path results;  ///< an empty folder
    const ProcessRunner& runner;
    World& world;
};

/// All suites, or the one of this name.
Result<Counts> runSuites(const Workplace& place, const std::optional<std::string>& only);

/// CPython's own tests inside a target; `options` are those of tests/python/run.py.
Result<Counts> runPythonTests(const Workplace& place, interpreter::Target target,
                              const std::vector<std::string>& options);

/// The same inside compiled programs, from their snapshots.
Result<Counts> runCompiledPythonTests(const Workplace& place, const std::vector<std::string>& options);

}  // namespace taipan::cli
