// SPDX-License-Identifier: Apache-2.0
//
// Reading what suites counted; a report that is not there or makes no sense counts nothing.
#include "cli/test_counts.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "support/files.h"

namespace taipan::cli {

namespace {

int countOf(std::string_view report, std::string_view text) {
    int count = 0;
    for (size_t at = report.find(text); at != std::string::npos; at = report.find(text, at + text.size()))
        ++count;
    return count;
}

/// A count may be missing or something else.
int countIn(const nlohmann::json& json, const char* name) {
    constexpr uint64_t kMost = std::numeric_limits<int>::max();
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number_unsigned())
        return 0;
    return static_cast<int>(std::min(found->get<uint64_t>(), kMost));
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
        counts.passed =
            std::max(0, countOf(*text, "<testcase ") - countOf(*text, "<skipped") - counts.failed);
    }
    return withStatus(counts, status);
}

Counts readSummary(const std::filesystem::path& file, const ExitStatus& status) {
    Counts counts;
    const auto text = readFile(file);
    const nlohmann::json json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
    if (json.is_object()) {
        counts.passed = countIn(json, "passed");
        counts.failed = countIn(json, "failed");
    }
    return withStatus(counts, status);
}

}  // namespace taipan::cli
