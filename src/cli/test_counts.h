// SPDX-License-Identifier: Apache-2.0
//
// What a suite of tests counted, read from the report that it left.
#pragma once

#include <filesystem>

#include "support/process.h"

namespace taipan::cli {

struct Counts {
    int passed = 0;
    int failed = 0;

    Counts& operator+=(const Counts& other) {
        passed += other.passed;
        failed += other.failed;
        return *this;
    }
};

/// From JUnit's XML, as ctest and node's test runner write it. A suite that ended badly and names no failure
/// has one: it fell over before it could say so.
Counts readJunitReport(const std::filesystem::path& file, const ExitStatus& status);

/// From {"passed": N, "failed": N}, as the suites in Python write it.
Counts readSummary(const std::filesystem::path& file, const ExitStatus& status);

}  // namespace taipan::cli
