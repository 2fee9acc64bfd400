// SPDX-License-Identifier: Apache-2.0
//
// Reports of test runners that fell over while they wrote.
#include "cli/test_counts.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary.h"

namespace taipan::cli {
namespace {

const testing::Corpus kReports{
    {"<testcase name=\"a\"/>\n<testcase name=\"b\"><failure/></testcase>\n<testcase name=\"c\"><skipped/>",
     R"({"passed": 5, "failed": 1})"},
    {"<testcase ", "<failure", "<skipped", "<", "\"passed\":", "null", "-1", "1e300", "18446744073709551615",
     "{", "}", "\"\""}};

TEST(TestCountsFuzz, NoReportCountsLessThanNothing) {
    const testing::Temporary folder;
    const std::filesystem::path file = folder / "report";
    testing::fuzz(kReports, 1000, [&](const std::string& report) {
        ASSERT_TRUE(writeFile(file, report));
        for (const ExitStatus status : {ExitStatus{0, 0}, ExitStatus{1, 0}}) {
            for (const Counts& counts : {readJunitReport(file, status), readSummary(file, status)}) {
                EXPECT_GE(counts.passed, 0);
                EXPECT_GE(counts.failed, status.ok() ? 0 : 1);
            }
        }
    });
}

}  // namespace
}  // namespace taipan::cli
