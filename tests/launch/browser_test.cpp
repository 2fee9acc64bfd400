// SPDX-License-Identifier: Apache-2.0
//
// What the browser target needs of the machine: nothing if a browser is there, else the distribution's.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "launch/launch.h"
#include "tests/support/temporary.h"

namespace taipan::launch {
namespace {

namespace fs = std::filesystem;
using interpreter::Target;
using Variables = std::map<std::string, std::string, std::less<>>;

class BrowserTest : public ::testing::Test {
  protected:
    /// On a machine without apt-get, so that nothing is ever installed.
    Result<void> prepareFor(Target target, Variables more = {}) {
        more.insert({{"PATH", (machine_ / "bin").string()}, {"HOME", machine_.path().string()}});
        return prepare(target, Environment(more), ProgressStyle::Silent);
    }

    testing::Temporary machine_;
};

TEST_F(BrowserTest, IsAskedForWhereNoneIs) {
    const Result<void> prepared = prepareFor(Target::Browser);
    ASSERT_FALSE(prepared);
    EXPECT_NE(prepared.error().message.find("are missing: chromium"), std::string::npos)
        << describe(prepared.error());
}

TEST_F(BrowserTest, IsNotInstalledBesideOneThatIsFoundOrNamed) {
    EXPECT_TRUE(prepareFor(Target::Browser, {{"TAIPAN_CHROMIUM", "/nonexistent"}}));
    machine_.write("bin/google-chrome", "");
    fs::permissions(machine_ / "bin/google-chrome", fs::perms::owner_all);
    EXPECT_TRUE(prepareFor(Target::Browser));
}

TEST_F(BrowserTest, IsNothingToOtherTargets) {
    for (const Target target : {Target::Native, Target::Node, Target::Wasi})
        EXPECT_TRUE(prepareFor(target));
}

}  // namespace
}  // namespace taipan::launch
