// SPDX-License-Identifier: Apache-2.0
#include "support/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/sha256.h"
#include "tests/support/temporary.h"

namespace taipan {
namespace {

namespace fs = std::filesystem;
using testing::Temporary;

TEST(Files, WritesMakingFoldersAndLeavingNothingBeside) {
    const Temporary folder;
    ASSERT_TRUE(writeFile(folder / "a/b/c.txt", "one"));
    ASSERT_TRUE(writeFile(folder / "a/b/c.txt", "two"));
    EXPECT_EQ(folder.read("a/b/c.txt"), "two");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder / "a/b"), fs::directory_iterator()), 1);
}

TEST(Files, AnUnreadableFileIsNamed) {
    const Result<std::string> text = readFile("/nonexistent/file");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().message, "cannot read /nonexistent/file: No such file or directory");
}

TEST(Files, AFullDiskIsAnError) {
    const Result<void> written = writeFile("/proc/none", "x");
    EXPECT_FALSE(written);
}

TEST(Files, CopiesModesTimesAndLinks) {
    const Temporary folder;
    folder.write("from/sub/tool", "#!/bin/sh\n");
    fs::permissions(folder / "from/sub/tool", fs::perms::owner_all);
    fs::create_symlink("tool", folder / "from/sub/link");
    ASSERT_TRUE(copyTree(folder / "from", folder / "to"));
    EXPECT_EQ(fs::read_symlink(folder / "to/sub/link"), "tool");
    EXPECT_EQ(fs::status(folder / "to/sub/tool").permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::last_write_time(folder / "to/sub/tool"), fs::last_write_time(folder / "from/sub/tool"));
}

TEST(Files, LinksShareTheFile) {
    const Temporary folder;
    folder.write("from/file", "x");
    ASSERT_TRUE(copyTree(folder / "from", folder / "to", CopyMode::Link));
    EXPECT_EQ(fs::hard_link_count(folder / "to/file"), 2U);
}

TEST(Files, RemovesTreesWithReadOnlyFolders) {
    const Temporary folder;
    folder.write("top/locked/file", "x");
    fs::permissions(folder / "top/locked", fs::perms::owner_read | fs::perms::owner_exec);
    ASSERT_TRUE(removeTree(folder / "top"));
    EXPECT_FALSE(fs::exists(folder / "top"));
    EXPECT_TRUE(removeTree(folder / "top"));
}

TEST(Files, TemporaryDirectoriesGoUnlessKept) {
    const Temporary parent;
    fs::path gone;
    fs::path kept;
    {
        const TemporaryDirectory first = TemporaryDirectory::create(parent.path(), "a-").value();
        TemporaryDirectory second = TemporaryDirectory::create(parent.path(), "b-").value();
        second.keep();
        gone = first.path();
        kept = second.path();
    }
    EXPECT_FALSE(fs::exists(gone));
    EXPECT_TRUE(fs::exists(kept));
}

TEST(Sha256, KnownAnswers) {
    EXPECT_EQ(sha256OfText("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const Temporary folder;
    folder.write("empty", "");
    EXPECT_EQ(sha256OfFile(folder / "empty").value(),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, FieldsDoNotRunTogether) {
    Sha256 one;
    one.field("ab");
    one.field("c");
    Sha256 other;
    other.field("a");
    other.field("bc");
    EXPECT_NE(one.hex(), other.hex());
}

}  // namespace
}  // namespace taipan
