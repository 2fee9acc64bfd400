// SPDX-License-Identifier: Apache-2.0
//
// What a program calls its version.
#include "provision/overrides.h"
#include "tests/support/mutations.h"

namespace taipan::provision {
namespace {

TEST(OverridesFuzz, AVersionBeginsWithItsNumber) {
    const testing::Corpus versions{{"v26.1.0", "25.0", "v0.0.0-nightly", "v007."},
                                   {"v", ".", "-", "+", "0x", "99999999999", "2147483647", "-1", " "}};
    testing::fuzz(versions, 5000, [](const std::string& version) {
        const std::optional<int> major = nodeMajor(version);
        if (!major)
            return;
        EXPECT_GE(*major, 0);
        EXPECT_TRUE(version.substr(0, version.find('.')).ends_with(std::to_string(*major)));
        EXPECT_EQ(nodeMajor("v" + std::to_string(*major) + ".1.0"), major);
    });
}

}  // namespace
}  // namespace taipan::provision
