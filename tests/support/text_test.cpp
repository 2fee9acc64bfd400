// SPDX-License-Identifier: Apache-2.0
#include "support/text.h"

#include <gtest/gtest.h>

namespace taipan {
namespace {

constexpr std::string_view kVerbs[] = {"run", "setup", "serve", "help"};

TEST(Text, EditDistanceCountsSwapsAsOne) {
    EXPECT_EQ(editDistance("run", "run"), 0U);
    EXPECT_EQ(editDistance("rnu", "run"), 1U);
    EXPECT_EQ(editDistance("", "abc"), 3U);
    EXPECT_EQ(editDistance("kitten", "sitting"), 3U);
}

TEST(Text, NearestNamesWhatWasMeant) {
    EXPECT_EQ(nearest("rnu", kVerbs), "run");
    EXPECT_EQ(nearest("steup", kVerbs), "setup");
    EXPECT_EQ(nearest("serv", kVerbs), "serve");
    EXPECT_EQ(nearest("zzzzzz", kVerbs), std::nullopt);
}

TEST(Text, Alternatives) {
    EXPECT_EQ(alternatives(kVerbs), "run, setup, serve or help");
}

TEST(Text, QuotesForAShell) {
    EXPECT_EQ(shellQuote("/a b/c"), "'/a b/c'");
    EXPECT_EQ(shellQuote("it's $HOME"), "'it'\\''s $HOME'");
    EXPECT_EQ(shellQuote(""), "''");
}

TEST(Text, WordsAreTakenApartAsAShellDoes) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(shellWords(" a  'b c' \"d\\\" e\" f\\ g ''\n"), (Words{"a", "b c", "d\" e", "f g", ""}));
    EXPECT_EQ(shellWords("a'b'\"c\"d"), Words{"abcd"});
    EXPECT_EQ(shellWords(R"("\n" '\' x\)"), (Words{"\\n", "\\", "x\\"}));
    EXPECT_EQ(shellWords(""), Words{});
    EXPECT_EQ(shellWords("a 'b"), std::nullopt);
    EXPECT_EQ(shellWords("\""), std::nullopt);
}

TEST(Text, SplitsLinesWithAndWithoutAnEnd) {
    EXPECT_EQ(splitLines("a\n\nb"), (std::vector<std::string>{"a", "", "b"}));
    EXPECT_EQ(splitLines("a\n"), (std::vector<std::string>{"a"}));
    EXPECT_TRUE(splitLines("").empty());
}

TEST(Text, Trims) {
    EXPECT_EQ(trim(" a b \n"), "a b");
    EXPECT_EQ(trim(" \t "), "");
}

}  // namespace
}  // namespace taipan
