// SPDX-License-Identifier: Apache-2.0
//
// Text from anywhere: words of a command line, logs, answers of programs that end up in an error.
#include <fmt/ranges.h>

#include "support/result.h"
#include "support/text.h"
#include "tests/support/mutations.h"

namespace taipan {
namespace {

const testing::Corpus kTexts{
    {"a line\nand another\r\n\n", " \tindented  ", "no end", "serve"},
    {"\n", "\r\n", "\t", " ", "\x1b[2J", "run", "'", "\\", "$(x)", std::string(1, '\0')}};

TEST(TextFuzz, LinesPutTogetherAreTheText) {
    testing::fuzz(kTexts, 3000, [](const std::string& text) {
        const std::string again = fmt::format("{}", fmt::join(splitLines(text), "\n"));
        EXPECT_EQ(text.ends_with('\n') ? again + "\n" : again, text);
    });
}

TEST(TextFuzz, TrimmingTakesSpaceOnlyAndAllOfIt) {
    testing::fuzz(kTexts, 3000, [](const std::string& text) {
        const std::string_view trimmed = trim(text);
        EXPECT_EQ(trim(trimmed), trimmed);
        EXPECT_TRUE(text.contains(trimmed));
        EXPECT_TRUE(trimmed.find_first_not_of(" \t\r\n") == 0 || trimmed.empty());
    });
}

TEST(TextFuzz, DistanceIsADistance) {
    testing::fuzz(kTexts, 300, [](const std::string& input) {
        const std::string_view text = std::string_view(input).substr(0, 200);
        const std::string_view left = text.substr(0, text.size() / 3);
        const std::string_view right = text.substr(text.size() / 3);
        const size_t distance = editDistance(left, right);
        EXPECT_EQ(distance, editDistance(right, left));
        EXPECT_EQ(distance == 0, left == right);
        EXPECT_LE(distance, std::max(left.size(), right.size()));
        EXPECT_GE(distance, right.size() - left.size());
    });
}

TEST(TextFuzz, TheNearestIsACandidate) {
    constexpr std::string_view kVerbs[] = {"run", "setup", "serve", "help"};
    testing::fuzz(kTexts, 1000, [&](const std::string& word) {
        const auto found = nearest(word, kVerbs);
        EXPECT_TRUE(!found || std::ranges::find(kVerbs, *found) != std::end(kVerbs));
    });
}

TEST(TextFuzz, QuotedWordsAreTheSameWhenTakenApart) {
    testing::fuzz(kTexts, 3000, [](const std::string& word) {
        const auto words = shellWords(shellQuote(word) + " \t" + shellQuote(word));
        EXPECT_EQ(words, (std::vector<std::string>{word, word}));
        (void)shellWords(word);
    });
}

TEST(TextFuzz, AQuotedWordIsOneWordForAShell) {
    testing::fuzz(kTexts, 3000, [](const std::string& word) {
        std::string unquoted;
        bool quoting = false;
        const std::string quoted = shellQuote(word);
        for (size_t at = 0; at < quoted.size(); ++at) {
            if (quoted[at] == '\'') {
                quoting = !quoting;
            } else if (quoting) {
                unquoted += quoted[at];
            } else {
                ASSERT_EQ(quoted[at], '\\');
                unquoted += quoted.at(++at);
            }
        }
        EXPECT_FALSE(quoting);
        EXPECT_EQ(unquoted, word);
    });
}

TEST(TextFuzz, AnErrorIsOneLineWhateverItQuotes) {
    testing::fuzz(kTexts, 3000, [](const std::string& text) {
        const std::string line = describe(misuse("there is no " + text, "not even " + text).error());
        EXPECT_EQ(line.find('\n'), line.size() - 1);
        EXPECT_TRUE(std::ranges::none_of(line.substr(0, line.size() - 1),
                                         [](unsigned char c) { return c < ' ' || c == '\x7f'; }));
    });
}

}  // namespace
}  // namespace taipan
