// SPDX-License-Identifier: Apache-2.0
#include "cli/test_counts.h"

#include <gtest/gtest.h>

#include "tests/support/temporary.h"

namespace taipan::cli {
namespace {

constexpr ExitStatus kGood{0, 0};
constexpr ExitStatus kBad{1, 0};

class CountsTest : public ::testing::Test {
  protected:
    std::filesystem::path file(std::string_view text) {
        folder_.write("report", text);
        return folder_ / "report";
    }

    testing::Temporary folder_;
};

TEST_F(CountsTest, JunitReport) {
    const auto path = file(
        "<testsuites><testcase name=\"a\"/><testcase name=\"b\"><failure/></testcase>"
        "<testcase name=\"c\"><skipped/></testcase></testsuites>");
    const Counts counts = readJunitReport(path, kBad);
    EXPECT_EQ(counts.passed, 1);
    EXPECT_EQ(counts.failed, 1);
}

TEST_F(CountsTest, Summary) {
    const Counts counts = readSummary(file(R"({"passed": 7, "failed": 0})"), kGood);
    EXPECT_EQ(counts.passed, 7);
    EXPECT_EQ(counts.failed, 0);
}

TEST_F(CountsTest, SuiteThatFellOverHasFailed) {
    EXPECT_EQ(readJunitReport(file("<testcase "), kBad).failed, 1);
    EXPECT_EQ(readSummary(file("not JSON"), kBad).failed, 1);
    EXPECT_EQ(readSummary(folder_ / "absent", kBad).failed, 1);
    EXPECT_EQ(readSummary(folder_ / "absent", kGood).passed, 0);
}

TEST_F(CountsTest, NonsenseCountsNothing) {
    const Counts summary = readSummary(file(R"({"passed": "many", "failed": -1})"), kGood);
    EXPECT_EQ(summary.passed, 0);
    EXPECT_EQ(summary.failed, 0);
    EXPECT_EQ(readJunitReport(file("<failure/>"), kGood).passed, 0);
}

TEST_F(CountsTest, AddUp) {
    Counts sum{1, 2};
    sum += Counts{3, 4};
    EXPECT_EQ(sum.passed, 4);
    EXPECT_EQ(sum.failed, 6);
}

}  // namespace
}  // namespace taipan::cli
