// SPDX-License-Identifier: Apache-2.0
#include "provision/file_facts.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/sha256.h"
#include "tests/support/temporary.h"

namespace taipan::provision {
namespace {

namespace fs = std::filesystem;
using testing::Temporary;
using namespace std::chrono_literals;

/// A file that is old enough to be remembered.
void writeOld(const Temporary& folder, const fs::path& name, std::string_view text,
              std::chrono::seconds age = std::chrono::seconds(100)) {
    folder.write(name, text);
    fs::last_write_time(folder / name, fs::file_time_type::clock::now() - age);
}

TEST(FileFacts, AreFoundOnceAndRememberedAcrossCalls) {
    const Temporary folder;
    writeOld(folder, "a file", "x");
    int searches = 0;
    const auto find = [&]() -> Result<std::string> { return "answer " + std::to_string(++searches); };
    {
        FileFacts facts(folder / "memory");
        EXPECT_EQ(facts.fact(folder / "a file", "kind", find).value(), "answer 1");
        EXPECT_EQ(facts.fact(folder / "a file", "other-kind", find).value(), "answer 2");
        facts.save();
    }
    FileFacts facts(folder / "memory");
    EXPECT_EQ(facts.fact(folder / "a file", "kind", find).value(), "answer 1");
    writeOld(folder, "a file", "x", 50s);
    EXPECT_EQ(facts.fact(folder / "a file", "kind", find).value(), "answer 3");
}

TEST(FileFacts, AFileThatMayStillChangeIsNotRemembered) {
    const Temporary folder;
    folder.write("new", "x");
    int searches = 0;
    FileFacts facts(folder / "memory");
    const auto find = [&]() -> Result<std::string> { return std::to_string(++searches); };
    (void)facts.fact(folder / "new", "kind", find);
    (void)facts.fact(folder / "new", "kind", find);
    EXPECT_EQ(searches, 2);
}

TEST(FileFacts, ADamagedMemoryIsAnEmptyOne) {
    const Temporary folder;
    folder.write("memory", "rubbish\n\n \t \n");
    writeOld(folder, "file", "abc");
    FileFacts facts(folder / "memory");
    EXPECT_EQ(facts.sha256(folder / "file").value(), sha256OfText("abc"));
}

TEST(FileFacts, ATreesHashSeesContentsAndNamesButNotLitter) {
    const Temporary folder;
    writeOld(folder, "tree/a", "1");
    writeOld(folder, "tree/sub/b", "2");
    const auto hash = [&] { return FileFacts(folder / "memory").sha256OfTree(folder / "tree").value(); };
    const std::string before = hash();
    folder.write("tree/__pycache__/a.pyc", "x");
    folder.write("tree/.hidden", "x");
    folder.write("tree/node_modules/m/index.js", "x");
    EXPECT_EQ(hash(), before);
    fs::rename(folder / "tree/sub/b", folder / "tree/sub/c");
    const std::string renamed = hash();
    EXPECT_NE(renamed, before);
    writeOld(folder, "tree/sub/c", "3");
    EXPECT_NE(hash(), renamed);
}

}  // namespace
}  // namespace taipan::provision
