// SPDX-License-Identifier: Apache-2.0
#include "serve/chromium.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "support/files.h"
#include "tests/support/temporary.h"

namespace taipan::serve {
namespace {

namespace fs = std::filesystem;
using Variables = std::map<std::string, std::string, std::less<>>;

fs::path makeProgram(const fs::path& file) {
    EXPECT_TRUE(writeFile(file, "#!/bin/sh\necho something broke >&2\nexit 3\n"));
    fs::permissions(file, fs::perms::owner_all);
    return file;
}

TEST(FindChromium, TakesTheVariableBeforeThePath) {
    const testing::Temporary temporary;
    const fs::path chosen = makeProgram(temporary.path() / "chosen");
    makeProgram(temporary.path() / "bin" / "chromium");
    Environment environment(Variables{{"PATH", (temporary.path() / "bin").string()}});
    EXPECT_EQ(*findChromium(environment), temporary.path() / "bin" / "chromium");
    environment.set("TAIPAN_CHROMIUM", chosen.string());
    EXPECT_EQ(*findChromium(environment), chosen);
}

TEST(FindChromium, SaysWhatToInstall) {
    const auto missing = findChromium(Environment(Variables{{"PATH", "/nonexistent"}}));
    ASSERT_FALSE(missing);
    EXPECT_EQ(describe(missing.error()),
              "taipan: cannot run in the browser, no Chromium is installed; install the package chromium, or "
              "name one "
              "with TAIPAN_CHROMIUM\n");
    EXPECT_FALSE(findChromium(Environment(Variables{{"PATH", "/bin"}, {"TAIPAN_CHROMIUM", "/nonexistent"}})));
}

TEST(ChromiumArguments, OnlyRootGoesWithoutTheSandbox) {
    const auto as_user = chromiumArguments("/c", "/p", "/start.html", false);
    const auto as_root = chromiumArguments("/c", "/p", "/start.html", true);
    EXPECT_EQ(std::ranges::count(as_user, "--no-sandbox"), 0);
    EXPECT_EQ(std::ranges::count(as_root, "--no-sandbox"), 1);
    EXPECT_EQ(as_user.back(), "file:///start.html");
}

TEST(Chromium, OneThatDiesLeavesItsLastWordsAndNothingElse) {
    const testing::Temporary temporary;
    const fs::path program = makeProgram(temporary.path() / "dies");
    std::string words;
    {
        auto browser = Chromium::open("http://127.0.0.1:1/",
                                      Environment(Variables{{"TAIPAN_CHROMIUM", program.string()}}));
        ASSERT_TRUE(browser) << describe(browser.error());
        for (int turn = 0; turn < 200 && browser->isRunning(); ++turn) {
            ::usleep(10'000);
        }
        EXPECT_FALSE(browser->isRunning());
        words = browser->lastWords();
    }
    EXPECT_EQ(words, "something broke");
}

}  // namespace
}  // namespace taipan::serve
