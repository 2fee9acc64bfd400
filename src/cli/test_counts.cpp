// SPDX-License-Identifier: Apache-2.0
//
// Reading what suites counted; a report that is not there or makes no sense counts nothing.
#include "cli/test_counts.h"

#include <nlohmann/json.hpp>

#include "support/files.h"

namespace taipan::cli {

namespace {

int countOf(std::string_view report, std::string_view text) {
    int count = 0;
    for (size_t at = report.find(text); at != std::string::npos; at = report.find(text, at + text.size()))
        ++count;
    return count;
}

Counts withStatus(Counts counts, const ExitStatus& status) {
    if (!status.ok() && counts.failed == 0)
        counts.failed = 1;
    return counts;
}

}  // namespace

Counts readJunitReport(const std::filesystem::path& file, const ExitStatus& status) {
    Counts counts;
    if (const auto text = readFile(file)) {
        counts.failed = countOf(*text, "<failure");
        counts.passed = countOf(*text, "<testcase ") - countOf(*text, "<skipped") - counts.failed;
    }
    return withStatus(counts, status);
}

Counts readSummary(const std::filesystem::path& file, const ExitStatus& status) {
    Counts counts;
    const auto text = readFile(file);
    const nlohmann::json json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
    if (json.is_object()) {
        counts.passed = json.value("passed", 0);
        counts.failed = json.value("failed", 0);
    }
    return withStatus(counts, status);
}

}  // namespace taipan::cli
