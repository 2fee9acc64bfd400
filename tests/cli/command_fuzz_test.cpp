// SPDX-License-Identifier: Apache-2.0
//
// Command lines, a word per line, in a world where nothing is built or started.

#include "cli/verb.h"
#include "support/text.h"
#include "tests/support/mutations.h"

namespace taipan::cli {
namespace {

const testing::Corpus kLines{
    {"run\n--target\nwasi\n-c\nprint(1)", "run\n-u\n-W\ndefault\n-m\njson.tool\n-",
     "setup\n--target=all\n--quiet", "serve\n--port\n8000\n--open", "info\n--json\n--target\nnode",
     "help\nrun", "version", "-c\npass", ""},
    {"\n", "--",     "--target", "--target=", "--port=-1",   "=",   "-",     "-X", "-W",        "-c",
     "-m", "--help", "node",     "\x1b[2J",   "99999999999", "run", "serve", "-h", "--version", "\xff"}};

/// Verbs that only read their words before they ask the world for what they need; the others reach further.
bool isHarmless(const std::vector<std::string>& words) {
    return words.empty() || words.front() != kTest.name;
}

TEST(CommandFuzz, WordsAreUnderstoodOrMisuse) {
    testing::fuzz(kLines, 3000, [](const std::string& text) {
        const std::vector<std::string> words = splitLines(text);
        if (!isHarmless(words))
            return;
        std::string out;
        std::string err;
        World world;
        world.out = [&](std::string_view more) { out += more; };
        world.err = [&](std::string_view more) { err += more; };
        world.obtain = [](World::Target, const Environment&, ProgressStyle) {
            return Result<interpreter::Installation>(fail("there is no interpreter here"));
        };
        world.ensure = [](std::span<const World::Target>, const Environment&, ProgressStyle) {
            return Result<void>();
        };
        world.compile = [](const bundle::Request&, const Environment&, ProgressStyle) {
            return Result<bundle::Report>(fail("there is no interpreter here"));
        };
        world.prepare = [](World::Target, const Environment&, ProgressStyle) { return Result<void>(); };
        const int code = runCommand(words, world);
        EXPECT_TRUE(code == 0 || code == 1 || code == 2) << code;
        EXPECT_EQ(code == 0, err.empty()) << err;
        EXPECT_EQ(std::ranges::count(err, '\n'), code == 0 ? 0 : 1) << err;
    });
}

TEST(CommandFuzz, EveryWordIsSomewhere) {
    testing::fuzz(kLines, 3000, [](const std::string& text) {
        const std::vector<std::string> words = splitLines(text);
        for (const Verb* verb : verbs()) {
            const Result<Arguments> arguments = parseArguments(*verb, words);
            if (!arguments) {
                EXPECT_EQ(arguments.error().kind, ErrorKind::Misuse);
                continue;
            }
            EXPECT_LE(arguments->options.size() + arguments->operands.size(), words.size());
            for (const auto& [name, value] : arguments->options) {
                EXPECT_TRUE(name == "--help" ||
                            std::ranges::find(verb->options, name, &Option::name) != verb->options.end());
            }
            // Operands are the words in their order.
            auto word = words.begin();
            for (const std::string& operand : arguments->operands) {
                word = std::find(word, words.end(), operand);
                ASSERT_NE(word, words.end());
                ++word;
            }
        }
    });
}

}  // namespace
}  // namespace taipan::cli
