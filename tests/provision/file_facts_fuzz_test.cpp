// SPDX-License-Identifier: Apache-2.0
//
// A damaged memory of facts costs time, nothing else.
#include <chrono>

#include "provision/file_facts.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary.h"

namespace taipan::provision {
namespace {

namespace fs = std::filesystem;

TEST(FileFactsFuzz, WhatIsLearntBesideADamagedMemoryIsKept) {
    const testing::Temporary folder;
    folder.write("file", "content");
    folder.write("another", "more");
    for (const char* name : {"file", "another"})
        fs::last_write_time(folder / name, fs::file_time_type::clock::now() - std::chrono::hours(1));
    const fs::path memory = folder / "facts";
    {
        FileFacts facts(memory);
        ASSERT_TRUE(facts.sha256(folder / "file"));
        ASSERT_TRUE(
            facts.fact(folder / "another", "node-version", [] { return Result<std::string>("v26.1.0"); }));
        facts.save();
    }
    const testing::Corpus memories{
        {folder.read("facts"), "sha256 7:1.2:3 abc\t/usr/bin/env\n"},
        {" ", "\t", "\n", "  ", "\t\t", "sha256", ":", "/", (folder / "file").string()}};
    testing::fuzz(memories, 1000, [&](const std::string& text) {
        ASSERT_TRUE(writeFile(memory, text));
        FileFacts facts(memory);
        const auto found =
            facts.fact(folder / "another", "size", [] { return Result<std::string>("4 of them"); });
        ASSERT_TRUE(found);
        facts.save();
        FileFacts again(memory);
        ASSERT_TRUE(again.fact(folder / "file", "new", [] { return Result<std::string>("x"); }));
        again.save();
        // What was learnt is known from now on, however often the memory is read and written.
        FileFacts last(memory);
        const auto forgotten = [] { return fail("forgotten"); };
        EXPECT_EQ(last.fact(folder / "another", "size", forgotten).value_or(""), *found);
        EXPECT_TRUE(last.fact(folder / "file", "new", forgotten));
    });
}

}  // namespace
}  // namespace taipan::provision
