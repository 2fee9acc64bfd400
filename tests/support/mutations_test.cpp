// SPDX-License-Identifier: Apache-2.0
//
// The maker of damaged inputs: the same ones every time, different ones every round, never too large.
#include "tests/support/mutations.h"

#include <set>

namespace taipan::testing {
namespace {

const Corpus kCorpus{{"a seed of some length", "another"}, {"WORD"}};

TEST(Mutations, ANumberIsAnInput) {
    EXPECT_EQ(mutated(kCorpus, 77), mutated(kCorpus, 77));
    std::set<std::string> all;
    for (uint64_t number = 0; number < 1000; ++number)
        all.insert(mutated(kCorpus, number));
    EXPECT_GT(all.size(), 700U);
    EXPECT_TRUE(all.contains("another"));
}

TEST(Mutations, WordsAndOtherSeedsAreMixedIn) {
    size_t with_word = 0;
    size_t spliced = 0;
    for (uint64_t number = 0; number < 1000; ++number) {
        const std::string input = mutated(kCorpus, number);
        with_word += input.contains("WORD") ? 1 : 0;
        spliced += input.contains("a se") && input.contains("her") ? 1 : 0;
    }
    EXPECT_GT(with_word, 100U);
    EXPECT_GT(spliced, 10U);
}

TEST(Mutations, InputsStayBoundedAndNeedNoSeeds) {
    const Corpus large{{std::string(15'000, 'x')}, {}};
    for (uint64_t number = 0; number < 300; ++number)
        EXPECT_LE(mutated(large, number).size(), 16U * 1024);
    EXPECT_LE(mutated({}, 1).size(), 16U * 1024);
}

TEST(Mutations, InputsAreShownByteByByte) {
    EXPECT_EQ(shown(std::string_view("a\"\\\n\0\xff", 6)), "\"a\\042\\134\\012\\000\\377\"");
}

}  // namespace
}  // namespace taipan::testing
